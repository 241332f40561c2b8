"""Prompts of an operation (`prompts/*.md`): read, and looked through before anybody is asked with them.

    ---
    fields: [messages, known]
    ---
    Say in one sentence what the customer wants. Answer only from the case. If it does not say, write "unknown".

Clean inputs: the fields it needs are named, and nothing else reaches it. Clear constraints: it says what must not be
done. No secrets, no personal values, nothing left to be filled in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aboveloop.kit.errors import NotFound
from aboveloop.operation.faults import Fault, Place
from aboveloop.understand.masking.finder import find_personal, readable

_HEAD = re.compile(r"---\nfields:\s*\[([^\]\n]*)\]\s*\n---\n(.*)", re.DOTALL)
_PATH = re.compile(r"prompts/([a-z][a-z0-9_]*)\.md")
_LIMITS = re.compile(
    r"\b(?:only|never|must|do not|don't|exactly|at most|no more than|nothing (?:else|but)|without)\b"
    r"|\b(?:alleen|niet|nur|nicht)\b",
    re.IGNORECASE,
)
_WHEN_UNKNOWN = re.compile(
    r"\b(?:if|when|where)\b[^.\n]{0,80}\b(?:not|no|cannot|unknown|unclear|missing)\b", re.IGNORECASE
)
_UNFILLED = re.compile(
    r"\{\{.*?\}\}|\{[A-Za-z_][A-Za-z0-9_. ]*\}|\$\{[^}\n]*\}|%\([a-z_]+\)s|<(?!/?case>)[A-Za-z][A-Za-z0-9_ -]{0,40}>"
    r"|\[(?:insert|your|todo|tbd|name|company|customer|fill)[^\]\n]{0,40}\]|\b(?:TODO|FIXME|TBD|XXX|lorem ipsum)\b",
    re.IGNORECASE,
)
_SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_A-Za-z0-9]{16,}"
    r"|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}|\bxox[abprs]-[A-Za-z0-9-]{10,}|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"
    r"|\b(?:password|passwd|secret|api[ _-]?key|token)\b\s*(?:is|[:=])\s*\S{6,}|\bBearer\s+[A-Za-z0-9._-]{16,}"
    r"|://[^/\s:@]+:[^/\s@]+@",
    re.IGNORECASE,
)
# Nobody keeps more in mind; a model neither.
_LONGEST = 8_000


class PromptUnknown(NotFound):
    """The operation has no such prompt."""


@dataclass(frozen=True)
class Prompt:
    """Instructions to a model, and the fields of a case that they need."""

    name: str
    fields: tuple[str, ...]
    instructions: str


def prompt_of(files: Mapping[str, str], name: str) -> Prompt:
    """The prompt `name` of an operation's files. Raises PromptUnknown."""
    text = files.get(f"prompts/{name}.md")
    head = _HEAD.fullmatch(text.strip() + "\n") if text is not None else None
    if head is None:
        known = ", ".join(sorted(match[1] for match in map(_PATH.fullmatch, files) if match)) or "none"
        raise PromptUnknown(f"There is no prompt {name!r} in this operation. Known are: {known}.")
    return Prompt(name, tuple(_words(head[1])), head[2].strip())


def prompt_faults(files: Mapping[str, str], fields: Sequence[str]) -> list[Fault]:
    """What is wrong with the prompts of an operation; `fields` are those of a case that there are."""
    return [fault for path, text in files.items() if _PATH.fullmatch(path) for fault in _faults(path, text, fields)]


def _faults(path: str, text: str, fields: Sequence[str]) -> Iterator[Fault]:
    head = _HEAD.fullmatch(text.strip() + "\n")
    if head is None:
        yield Place(path).fault("A prompt begins with `---`, `fields: [...]`, `---`: name what it may see of a case.")
        return
    for name in _words(head[1]):
        if name not in fields:
            yield Place(path, 2).fault(f"A case has no field `{name}`. There are: {', '.join(fields)}.")
    body = head[2]
    if not body.strip():
        yield Place(path).fault("The prompt says nothing.")
        return
    if len(body) > _LONGEST:
        yield Place(path).fault(f"The prompt has {len(body)} characters; at most {_LONGEST}: say less.")
    if not _LIMITS.search(body):
        yield Place(path).fault("The prompt sets no limit: say what the answer must hold, and what it must not.")
    if not _WHEN_UNKNOWN.search(body):
        yield Place(path).warning("Say what to answer if the case does not tell: else the model makes something up.")
    yield from _found(path, text)


def _found(path: str, text: str) -> Iterator[Fault]:
    for match in _SECRETS.finditer(text):
        yield _at(path, text, match.start()).fault("This looks like a secret. A prompt leaves the house: take it out.")
    for match in _UNFILLED.finditer(text):
        yield _at(path, text, match.start()).fault(
            f"`{match.group()[:40]}` is left to be filled in, and nothing fills it."
        )
    plain = readable(text)
    if plain != text:
        yield Place(path).fault("The prompt holds invisible or unusual characters: write it in plain ones.")
    for find in find_personal(plain).finds:
        yield _at(path, plain, find.start).fault(f"This looks like a personal value ({find.kind}): take it out.")


def _words(listed: str) -> list[str]:
    return [word.strip() for word in listed.split(",") if word.strip()]


def _at(path: str, text: str, place: int) -> Place:
    return Place(path, text.count("\n", 0, place) + 1)
