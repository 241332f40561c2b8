"""The recorded worker: a recorded conversation, turned into what was said and the proposals it holds, in order.

A run is read as it was written down; nothing in it can make a replay fall over.
"""

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from aboveloop.kit.errors import WrongUsage
from aboveloop.work.transcript import Answered, Said

# Systems without an error flag begin a refusal with this word.
REFUSAL = "Error"


class RunsUnusable(WrongUsage):
    """The file of runs (or of labels) is missing or is not what it should be."""


@dataclass(frozen=True)
class Run:
    """One recorded conversation. `agent` is the recorded worker's own name."""

    run_id: str
    agent: str
    messages: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Call:
    """One tool call of the worker. `args` is verbatim, `arguments` the JSON object in it or None where it is none.

    `answer` is what the system said, parsed where it is JSON; `failed` that it refused; `heard` that it answered.
    """

    msg_index: int
    tool: str
    args: Any
    arguments: Mapping[str, Any] | None
    answer: Any
    failed: bool
    heard: bool


def lines_of(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a file, one a line, with their line numbers. Raises RunsUnusable at the first bad one."""
    with _reading(path) as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, _object(path, number, line)


def count_lines(path: Path) -> int:
    """How many lines with something on them a file has. Raises RunsUnusable."""
    with _reading(path) as file:
        return sum(1 for line in file if line.strip())


def runs_in(path: Path) -> Iterator[Run]:
    """The runs of a file, one a line, without loading them all. Raises RunsUnusable."""
    seen: dict[str, int] = {}
    for number, line in lines_of(path):
        run = _run(path, number, line)
        if run.run_id in seen:
            raise RunsUnusable(
                f"{path}, line {number}: run {run.run_id} stands in line {seen[run.run_id]} already. Keep one of them."
            )
        seen[run.run_id] = number
        yield run
    if not seen:
        raise RunsUnusable(f"{path} holds no runs.")


def steps_of(run: Run) -> Iterator[Said | Call]:
    """What was said and called, in order. The results of a message's calls are paired with them by position."""
    index = 0
    while index < len(run.messages):
        message = run.messages[index]
        after = index + 1
        while after < len(run.messages) and run.messages[after].get("role") == "tool":
            after += 1
        said = _said(message)
        if said is not None:
            yield said
        if message.get("role") == "assistant":
            yield from _calls(message, index, run.messages[index + 1 : after])
        index = max(after, index + 1)


def event_of(call: Call, operation: str) -> Answered:
    """The call as an event of the conversation, as the operation `system.operation`."""
    return Answered(operation, call.arguments or {}, call.answer, failed=call.failed or not call.heard)


@contextmanager
def _reading(path: Path) -> Iterator[IO[str]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            yield file
    except OSError as error:
        raise RunsUnusable(f"{path} cannot be read: {error.strerror or error}.") from error
    except (EOFError, zlib.error, UnicodeDecodeError) as error:
        raise RunsUnusable(f"{path} is damaged: {error}. Copy it again.") from error


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RunsUnusable(f"{path}, line {number}: this is not JSON ({error}).") from error
    if not isinstance(value, dict):
        raise RunsUnusable(f"{path}, line {number}: a JSON object is needed.")
    return value


def _run(path: Path, number: int, line: Mapping[str, Any]) -> Run:
    run_id, messages = line.get("run_id"), line.get("messages")
    if not isinstance(run_id, str) or not isinstance(messages, list):
        raise RunsUnusable(f"{path}, line {number}: a run has a run_id (text) and messages (list).")
    if not all(isinstance(message, dict) for message in messages):
        raise RunsUnusable(f"{path}, line {number}: each message of run {run_id} is a JSON object.")
    return Run(run_id, str(line.get("agent") or "recorded worker"), tuple(messages))


def _said(message: Mapping[str, Any]) -> Said | None:
    text = _text(message.get("content"))
    if not text.strip():
        return None
    match message.get("role"):
        case "user":
            return Said("customer", text)
        case "assistant":
            return Said("worker", text)
        case _:
            return None


def _text(content: Any) -> str:
    """A message's text; some recordings keep it in parts."""
    if isinstance(content, list):
        return "\n".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _calls(message: Mapping[str, Any], index: int, results: tuple[Mapping[str, Any], ...]) -> Iterator[Call]:
    calls = message.get("tool_calls")
    for place, call in enumerate(calls if isinstance(calls, list) else []):
        if not isinstance(call, dict) or call.get("requestor") == "user":
            continue
        function = call.get("function")
        named = function if isinstance(function, dict) else call
        args = named.get("arguments")
        result = results[place] if place < len(results) else None
        text = result.get("content") if result else None
        failed = bool(result and result.get("error")) or (isinstance(text, str) and text.startswith(REFUSAL))
        yield Call(index, str(named.get("name")), args, _arguments(args), _answer(text), failed, result is not None)


def _arguments(args: Any) -> Mapping[str, Any] | None:
    if isinstance(args, str):
        args = _answer(args)
    return args if isinstance(args, dict) else None


def _answer(text: Any) -> Any:
    """What a system said: JSON where it is JSON, else the text itself."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
