"""The same customer found twice: over live contact points, imported histories and lists, told without what is personal.

Nothing is joined by itself. The last look is kept in the home, so that pages need not compare everybody anew.
"""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aboveloop.app.premises import NothingDeployed, Premises
from aboveloop.history import store as histories
from aboveloop.history.store import History
from aboveloop.journey.matching import store
from aboveloop.journey.matching.finding import POSSIBLE, Found, find
from aboveloop.journey.matching.forms import calling_code
from aboveloop.journey.matching.people import Told, entry_of
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import WrongUsage

LIVE = "live"
_KEPT = "duplicates.json"
# On these channels an address is a telephone number.
_PHONES = frozenset({"phone", "sms", "whatsapp", "signal", "voice"})
# As runs remember what a customer said, and as lists call it.
_CALLED: Mapping[str, frozenset[str]] = {
    "name": frozenset({"name", "full_name", "customer_name", "fullname"}),
    "emails": frozenset({"email", "e-mail", "email_address", "mail"}),
    "phones": frozenset({"phone", "phone_number", "telephone", "mobile"}),
    "address": frozenset({"address", "street_address", "delivery_address", "shipping_address"}),
    "orders": frozenset({"order", "orders", "order_id", "order_number"}),
    "own_ids": frozenset({"customer_id", "customer", "customer_number", "own_id"}),
    "born": frozenset({"born", "birthday", "birth_date", "date_of_birth"}),
}
_PLACEHOLDER = re.compile(r"\[(EMAIL|PHONE)_[0-9a-f]+\]")
# Who names more addresses than so many in what they write names those of others.
_OWN_AT_MOST = 2
_ROWS = 20_000


@dataclass(frozen=True)
class Sources:
    """What is compared: live customers, histories by name, and a list as CSV."""

    live: bool = True
    names: Sequence[str] = ()
    listed: Path | None = None


@dataclass(frozen=True)
class Look:
    """What a look found: `pairs` as JSON, of so many records of each source."""

    at: datetime
    records: Mapping[str, int]
    compared: int
    left_out: int
    pairs: Sequence[Mapping[str, Any]]

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": iso(self.at)}


def look(premises: Premises, sources: Sources, *, least: float = POSSIBLE) -> Look:
    """Compare everybody of the sources; what is found of live customers is kept. Raises HistoryNotFound, WrongUsage."""
    told: list[Told] = []
    if sources.live:
        with premises.database.read() as reader:
            told += live_records(reader)
    for name in sources.names:
        told += _of_history(histories.find(premises.settings.home, name))
    if sources.listed is not None:
        told += _of_list(sources.listed)
    code = _code(premises)
    counts: dict[str, int] = defaultdict(int)
    for each in told:
        counts[each.source] += 1
    found = find([entry_of(each, code) for each in told], least=least)
    seen = Look(premises.house.clock.now(), dict(counts), found.compared, found.left_out, _pairs(found))
    if sources.live:
        _keep(premises.settings.home, seen)
    return seen


def _code(premises: Premises) -> str:
    """The calling code of where the company is at home; "" before anything is deployed."""
    try:
        return calling_code(premises.current().about.timezone)
    except NothingDeployed:
        return ""


def last_look(home: Path) -> Look | None:
    """What the last look found; None where nobody has looked."""
    try:
        said = json.loads((home / _KEPT).read_text(encoding="utf-8"))
        return Look(**{**said, "at": datetime.fromisoformat(said["at"])})
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def count_live(premises: Premises) -> int:
    """How many customers a look at this house compares."""
    with premises.database.read() as reader:
        return store.count_records(reader)


def live_records(reader: Reader, only: Sequence[str] | None = None) -> list[Told]:
    """What the house knows of its customers: where they write from, and what they said in their cases."""
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in store.memories(reader, only):
        for key, value in _told(row.memory):
            said[row.customer_id][key].append(value)
    points: dict[str, list[Any]] = defaultdict(list)
    for row in store.records(reader, only):
        points[row.id].append(row)
    return [_live(number, rows, said[number]) for number, rows in points.items()]


def _live(number: str, rows: Sequence[Any], said: Mapping[str, list[str]]) -> Told:
    mails = [row.address for row in rows if row.channel == "email"]
    phones = [row.address for row in rows if row.channel in _PHONES]
    return Told(
        id=number,
        source=LIVE,
        name=next(iter(said.get("name", ())), ""),
        emails=tuple(dict.fromkeys([*mails, *said.get("emails", ())])),
        phones=tuple(dict.fromkeys([*phones, *said.get("phones", ())])),
        address=next(iter(said.get("address", ())), ""),
        own_ids=tuple(dict.fromkeys([row.known_as for row in rows if row.known_as])),
        orders=tuple(dict.fromkeys(said.get("orders", ()))),
        born=next(iter(said.get("born", ())), ""),
    )


def _told(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every value that is called as something that identifies somebody, however deep it lies."""
    if isinstance(value, Mapping):
        for name, inside in value.items():
            yield from _told(inside, str(name))
    elif isinstance(value, list):
        for inside in value:
            yield from _told(inside, key)
    elif isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
        for kind, names in _CALLED.items():
            # An id of a customer that somebody only claims is no proof, and no evidence either.
            if key.lower() in names and kind != "own_ids":
                yield kind, str(value)


def _of_history(history: History) -> Iterator[Told]:
    """Customers of a history, with what they wrote of themselves: values that are masked alike are alike."""
    import pyarrow.parquet  # noqa: PLC0415 - large, and wanted where histories are compared alone

    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: {"EMAIL": set(), "PHONE": set()})
    for path in history.files:
        with pyarrow.parquet.ParquetFile(path) as file:
            for part in file.iter_batches(_ROWS, columns=["who", "attributes"]):
                for who, said in zip(*(each.to_pylist() for each in part.columns), strict=True):
                    if who and who.startswith("customer"):
                        kinds = found[who]
                        for match in _PLACEHOLDER.finditer(said):
                            kinds[match[1]].add(match[0])
    name = history.about.name
    for who, kinds in found.items():
        mails, phones = (tuple(sorted(kinds[kind])) for kind in ("EMAIL", "PHONE"))
        yield Told(
            f"{name}/{who}",
            name,
            emails=mails if len(mails) <= _OWN_AT_MOST else (),
            phones=phones if len(phones) <= _OWN_AT_MOST else (),
            own_ids=(who,) if "[" in who else (),
        )


def _of_list(path: Path) -> Iterator[Told]:
    """A CSV with a column `id`, and those of name, e-mail, phone, address, orders and birthday that it has."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        columns = {name: name.strip().lower().replace(" ", "_") for name in rows.fieldnames or ()}
        key = next((name for name, called in columns.items() if called in ("id", "customer_id")), None)
        if key is None:
            raise WrongUsage(f"{path} has no column id. There are: {', '.join(columns) or 'none'}.")
        kinds = {
            kind: [name for name, called in columns.items() if called in names and name != key]
            for kind, names in _CALLED.items()
        }
        for row in rows:
            if row[key]:
                yield _listed(path.stem, row[key], {kind: _values(row, names) for kind, names in kinds.items()})


def _listed(source: str, number: str, said: Mapping[str, tuple[str, ...]]) -> Told:
    name, address, born = (next(iter(said[kind]), "") for kind in ("name", "address", "born"))
    emails, phones, own, orders = (said[kind] for kind in ("emails", "phones", "own_ids", "orders"))
    return Told(f"{source}/{number}", source, name, emails, phones, address, own, orders, born)


def _values(row: Mapping[str, str | None], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(each.strip() for name in names for each in (row.get(name) or "").split(";") if each.strip())


def _pairs(found: Found) -> list[dict[str, Any]]:
    return [{**asdict(each), "evidence": [vars(one) for one in each.evidence]} for each in found.likenesses]


def _keep(home: Path, seen: Look) -> None:
    """Ids and names of fields alone: nothing personal is kept here."""
    draft = home / f".{_KEPT}"
    draft.write_text(json.dumps(seen.as_json(), ensure_ascii=False), encoding="utf-8")
    draft.replace(home / _KEPT)
