"""Larkspur's order system as an MCP server: `python -m larkspur.server --database FILE` speaks over stdio.

With `--http PORT` it serves the same operations at http://127.0.0.1:PORT/mcp instead.
"""

import argparse
import functools
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from larkspur.clock import present
from larkspur.errors import ShopError
from larkspur.feed import Feed
from larkspur.generator import DEFAULT_CUSTOMERS, DEFAULT_ORDERS, Size
from larkspur.shop import OPERATIONS, Shop
from larkspur.store import create

T = TypeVar("T")


def build(shop: Shop) -> MCPServer:
    """The MCP server that passes every call on to `shop`."""
    server = MCPServer("larkspur-orders", title="Larkspur order system", log_level="WARNING")
    for name in OPERATIONS:
        server.add_tool(_refusing_in_words(getattr(shop, name)))
    return server


def _refusing_in_words(operation: Callable[..., T]) -> Callable[..., T]:
    """The operation, its refusals told to the caller instead of logged as crashes."""

    @functools.wraps(operation)
    def call(**arguments: Any) -> T:
        try:
            return operation(**arguments)
        except ShopError as refusal:
            raise ToolError(str(refusal)) from refusal

    return call


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="larkspur.server", description="Larkspur Outfitters' order system over MCP.")
    parser.add_argument("--database", type=Path, required=True, help="the SQLite file; made at first start")
    parser.add_argument("--seed", type=int, default=1, help="chance of a new database")
    parser.add_argument("--customers", type=int, default=DEFAULT_CUSTOMERS, help="customers of a new database")
    parser.add_argument("--orders", type=int, default=DEFAULT_ORDERS, help="orders of a new database")
    parser.add_argument(
        "--today", type=_instant, help="ISO instant at which a new database stands; the present if left out"
    )
    parser.add_argument("--http", type=int, metavar="PORT", help="serve over HTTP on 127.0.0.1 instead of stdio")
    return parser.parse_args(given)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def main(given: list[str] | None = None) -> None:
    """Make the database if it is missing, then serve until the caller hangs up."""
    asked = arguments(sys.argv[1:] if given is None else given)
    if not asked.database.exists():
        size = Size(asked.customers, asked.orders)
        create(asked.database, seed=asked.seed, today=asked.today or present(), size=size)
    shop = Shop(asked.database)
    server = build(shop)
    feed = Feed(shop)
    feed.start()
    try:
        if asked.http is None:
            server.run("stdio")
        else:
            server.run("streamable-http", host="127.0.0.1", port=asked.http)
    finally:
        feed.stop()
        shop.close()


if __name__ == "__main__":
    main()
