"""The order system as a process of its own, spoken to over MCP."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp_types import TextContent

from larkspur import cast
from larkspur.shop import OPERATIONS, WRITES


def _parameters(database: Path, *more: str) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable, args=["-m", "larkspur.server", "--database", str(database), *more]
    )


def test_server_makes_its_database_and_serves_every_operation_over_stdio(tmp_path: Path) -> None:
    database = tmp_path / "home" / "larkspur.db"

    async def talk() -> None:
        sizes = ("--seed", "4", "--customers", "40", "--orders", "80")
        async with Client(stdio_client(_parameters(database, *sizes))) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == set(OPERATIONS)
            assert all("idempotency_key" in tools[name].input_schema["required"] for name in WRITES)
            order = await _answer(client, "get_order", {"order_id": cast.ANNA_PLACED})
            assert order["status"] == "placed"
            note = {"order_id": cast.ANNA_PLACED, "text": "Ring twice", "idempotency_key": "key-1"}
            assert await _answer(client, "add_order_note", note) == await _answer(client, "add_order_note", note)
            assert len((await _answer(client, "list_journal", {}))["result"]) == 1
            assert await _refusal(client, "get_order", {"order_id": "LK-999999"}) == (
                "not_found: there is no order LK-999999"
            )
            late = {"order_id": cast.DIRK_SHIPPED, "reason": "late", "idempotency_key": "key-2"}
            assert await _refusal(client, "cancel_order", late) == (
                f"refused: order {cast.DIRK_SHIPPED} has been shipped and cannot be cancelled"
            )

    asyncio.run(talk())
    assert [path.name for path in database.parent.iterdir() if path.suffix == ".draft"] == []


def test_server_keeps_what_was_written_when_it_starts_again(database: Path) -> None:
    async def talk() -> None:
        async with Client(stdio_client(_parameters(database))) as client:
            await _answer(
                client,
                "refund_order",
                {
                    "order_id": cast.ELIF_DELIVERED,
                    "amount_cents": 4999,
                    "reason": "damaged",
                    "idempotency_key": "key-1",
                },
            )
        async with Client(stdio_client(_parameters(database))) as client:
            order = await _answer(client, "get_order", {"order_id": cast.ELIF_DELIVERED})
            assert order["refunded_cents"] == 4999

    asyncio.run(talk())


def test_server_without_a_database_says_how_to_start_it() -> None:
    done = subprocess.run([sys.executable, "-m", "larkspur.server"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--database" in done.stderr


async def _answer(client: Client, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    result = await client.call_tool(name, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return dict(result.structured_content)


async def _refusal(client: Client, name: str, arguments: dict[str, Any]) -> str:
    result = await client.call_tool(name, arguments)
    assert result.is_error
    (words,) = [part.text for part in result.content if isinstance(part, TextContent)]
    return words.removeprefix(f"Error executing tool {name}: ")
