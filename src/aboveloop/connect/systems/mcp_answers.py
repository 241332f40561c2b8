"""The JSON answer in an MCP tool's result: structured content where there is some, else its text."""

import json
from typing import Any

from mcp_types import CallToolResult, TextContent

from aboveloop.connect.systems.port import talked_nonsense
from aboveloop.operation.system_models import SystemOperation


def answer_of(name: str, spec: SystemOperation, result: CallToolResult) -> Any:
    """The answer of a successful call. Raises SystemUnavailable (nonsense) for text that is not JSON."""
    if result.structured_content is not None:
        return _unwrapped(result.structured_content, spec.returns)
    texts = [part.text for part in result.content if isinstance(part, TextContent)]
    wanted = spec.returns.get("type")
    if wanted == "string" and len(texts) == 1:
        return _text(texts[0])
    values = [_parsed(name, spec, text) for text in texts]
    if wanted == "array":
        # Servers without structured content write each element of a list as a text of its own.
        return values[0] if len(values) == 1 and isinstance(values[0], list) else values
    if not values:
        return None
    return values[0] if len(values) == 1 else values


def words_of(result: CallToolResult) -> str:
    """What the system said, as text."""
    return " ".join(part.text for part in result.content if isinstance(part, TextContent)).strip()


def crashed(operation: str, words: str) -> bool:
    """True where the server's SDK reports an exception that its tool did not mean to raise.

    Python servers answer a crash with this sentence and nothing more, so that no internals leak; what the
    tool did before it crashed is unknown, which is not a refusal.
    """
    return words == f"Error executing tool {operation}"


def _unwrapped(content: Any, returns: dict[str, Any]) -> Any:
    """The value inside `{"result": value}`, in which SDKs wrap what is not an object by itself.

    An operation whose own answer has a property `result` says so in its `returns`, and is left alone.
    """
    if not isinstance(content, dict) or set(content) != {"result"}:
        return content
    if "result" in returns.get("properties", {}) or "result" in returns.get("required", []):
        return content
    inner = content["result"]
    # Where an object is wanted and none is inside, the whole is it.
    return content if returns.get("type") == "object" and inner is not None and not isinstance(inner, dict) else inner


def _parsed(name: str, spec: SystemOperation, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise talked_nonsense(name, spec, "its answer is not JSON") from None


def _text(text: str) -> str:
    """Text as it is; a JSON string without its quotes."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, str) else text
