"""The answer to an access request: a folder with all that the house holds about a person, to read and to reuse."""

import hashlib
import html
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aboveloop.app.looking import looks
from aboveloop.app.looking.looks import Looker
from aboveloop.app.premises import Premises
from aboveloop.govern import people
from aboveloop.govern.people import Person
from aboveloop.kit.errors import WrongUsage
from aboveloop.work.privacy import requests
from aboveloop.work.privacy.access import everything, note_given

STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem }
table { border-collapse: collapse; width: 100% }
td, th { border-bottom: 1px solid #8886; padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top;
  overflow-wrap: anywhere }
th { width: 12rem }
.said { border: 1px solid #8886; border-radius: .5rem; padding: .4rem .7rem; white-space: pre-wrap }
.in { margin-right: 3rem }
.out { margin-left: 3rem }
"""
HEAD = (
    "<meta charset=utf-8><meta name=viewport content='width=device-width'><title>What we hold about you</title>"
    f"<style>{STYLE}</style>"
)
SECTIONS = {
    "contact_points": "How you are reached",
    "cases": "Your cases",
    "consents_now": "What you have agreed to",
    "requests": "What you have asked for under data protection law",
    "approvals": "What people of the company had to decide",
    "writes": "What was changed for you in the company's systems",
    "sent_to_outside_models": "What was sent to models outside the company, with personal values masked",
}


@dataclass(frozen=True)
class Given:
    """What was written: the folder, how much of what, and the digest of the JSON file."""

    folder: Path
    customer: str
    counts: dict[str, int]
    sha256: str


def give_access(
    premises: Premises, person: Person, customer_id: str, out: Path, *, through: str, request_id: str = ""
) -> Given:
    """Write everything about a person to `out`, readable by its owner alone, and close their request where it is named.

    Raises MayNot, WrongUsage for a folder with something in it, CustomerNotFound, RequestClosed.
    """
    people.may(person, "disclose").demand()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise WrongUsage(f"{out} is not an empty folder. Name another one with --out.")
    with premises.database.read() as reader:
        told = everything(reader, premises.ledger, premises.current(), customer_id)
    looks.note(premises, Looker(person.actor, through), {told["customer"]: told["customer"]}, "everything")
    content = json.dumps(told, ensure_ascii=False, indent=1, default=str).encode()
    digest = hashlib.sha256(content).hexdigest()
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(out / "everything.json", content)
    _write(out / "everything.html", page(told).encode())
    counts = {name: len(value) for name, value in told.items() if isinstance(value, list)}
    with premises.database.write() as tx:
        note_given(tx, premises.ledger, told["customer"], person=person, now=premises.house.clock.now(), sha256=digest)
        if request_id:
            asked = requests.find(tx, request_id)
            end = requests.End("done", result={"sha256": digest, **counts})
            requests.close(premises.house, tx, asked, end, person=person)
    return Given(out, told["customer"], counts, digest)


def page(told: dict[str, Any]) -> str:
    """The same for people, as one file that needs nothing else."""
    parts = [f"<h1>What {_text(told['company'])} holds about you</h1>"]
    parts += [f"<p>Customer {_text(told['customer'])}. The same, for programs, is in everything.json.</p>"]
    parts += [f"<h2>{words}</h2>{_rows(told[name])}" for name, words in SECTIONS.items()]
    parts += ["<h2>What was said</h2>", *(_said(message) for message in told["messages"])]
    kept = "".join(f"<tr><th>{_text(name)}</th><td>{_text(days)}</td></tr>" for name, days in told["kept_for"].items())
    parts += [
        "<h2>How long it is kept</h2>",
        f"<table>{kept}</table>" if kept else "<p>Until you ask for it to be erased.</p>",
    ]
    parts += [f"<h2>Every line of the company's ledger about you ({len(told['ledger'])})</h2>"]
    parts += [
        f"<details><summary>{_text(each['at'])} {_text(each['kind'])}</summary>{_table(each)}</details>"
        for each in told["ledger"]
    ]
    return f"<!doctype html><html lang=en><head>{HEAD}</head><body><main>{''.join(parts)}</main></body></html>\n"


def _rows(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "<p>Nothing.</p>"
    return "".join(
        f"<details open><summary>{number}</summary>{_table(row)}</details>" for number, row in enumerate(rows, 1)
    )


def _table(row: dict[str, Any]) -> str:
    cells = (
        f"<tr><th>{_text(name.replace('_', ' '))}</th><td>{_text(value)}</td></tr>"
        for name, value in row.items()
        if value not in (None, "", {}, [])
    )
    return f"<table>{''.join(cells)}</table>"


def _said(message: dict[str, Any]) -> str:
    who = "You" if message["direction"] == "in" else "The company"
    head = f"<small>{who}, {_text(message['at'])}</small>"
    return f"<p class='said {_text(message['direction'])}'>{head}\n{_text(message['text'])}</p>"


def _text(value: Any) -> str:
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return html.escape(shown)


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
