"""The command line: `python -m larkspur.helpdesk --out export.json --cases 500 --seed 1 --shop larkspur.db`."""

import argparse
import json
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from larkspur.clock import present, read_stamp
from larkspur.customers.personas import personas
from larkspur.customers.store import read_shop
from larkspur.generator import Size
from larkspur.helpdesk.export import export
from larkspur.helpdesk.tickets import Ticket, ticket
from larkspur.store import create


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="larkspur.helpdesk", description="The past tickets of Larkspur's people.")
    parser.add_argument("--out", type=Path, required=True, help="where the JSON export is written")
    parser.add_argument("--cases", type=int, default=500, help="how many tickets")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the company and of its customers")
    parser.add_argument("--shop", type=Path, help="the order system's SQLite file; made of the seed if it is missing")
    parser.add_argument("--today", help="the day of the export, such as 2026-03-02T09:00:00Z; now if not given")
    asked = parser.parse_args(given)
    if asked.cases < 1:
        parser.error("--cases is at least 1.")
    return asked


def tickets(shop: Path, cases: int, seed: int, today: datetime) -> list[Ticket]:
    """The tickets, oldest first, numbered in that order."""
    records = read_shop(shop, today)
    orders = {order["id"]: order for order in records.orders}
    made = [
        ticket(persona, orders.get(persona.order), today, persona.number) for persona in personas(records, cases, seed)
    ]
    made.sort(key=lambda each: (each.moves[0].at, each.number))
    for number, each in enumerate(made, 10_001):
        each.number = number
    return made


def main(given: list[str] | None = None) -> None:
    """Write the export, and say in one line what it holds."""
    asked = arguments(sys.argv[1:] if given is None else given)
    today = read_stamp(asked.today) if asked.today else present()
    with tempfile.TemporaryDirectory() as scratch:
        shop = asked.shop or Path(scratch) / "larkspur.db"
        if not shop.exists():
            create(shop, seed=asked.seed, today=today, size=Size())
        made = tickets(shop, asked.cases, asked.seed, today)
    asked.out.write_text(json.dumps(export(made), ensure_ascii=False), encoding="utf-8")
    moves = sum(len(each.moves) for each in made)
    sys.stdout.write(json.dumps({"tickets": len(made), "moves": moves, "out": str(asked.out)}) + "\n")


if __name__ == "__main__":
    main()
