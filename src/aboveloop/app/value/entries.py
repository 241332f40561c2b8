"""The ledger of value: what a charter's KPI brought in money, under one of four buckets, with the query that shows it.

The query is the charter's own baseline over other days. It is counted before anything is written, and can be counted
again by anybody: a value that no longer comes out is told.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

from aboveloop.app.chartering.errors import CharterIncomplete
from aboveloop.app.chartering.freezing import charter_of, counted, find
from aboveloop.app.chartering.stage_gate import way_of
from aboveloop.app.portfolio.after import After, weaknesses
from aboveloop.app.portfolio.reported import without_worker
from aboveloop.app.premises import Premises
from aboveloop.app.value.errors import BucketForeign, ValueNotFound, ValueTwice, ValueUnshown
from aboveloop.govern.people import Person, may
from aboveloop.kit.clock import from_micros
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.ids import new_id
from aboveloop.ledger import store as ledger_store
from aboveloop.ledger.entries import HOUSE
from aboveloop.measure.baseline import Counted
from aboveloop.measure.errors import BaselineEmpty
from aboveloop.measure.intervals import difference
from aboveloop.operation.charters import Baseline, Bucket, Charter, Measured, Window

SHOWN, WITHDRAWN = "ValueShown", "ValueWithdrawn"
BUCKETS: tuple[Bucket, ...] = get_args(Bucket)
# Nothing weakens it; something does; no worker served customers while it moved.
Grade = Literal["firm", "interim", "no worker"]
# What one unit is that has a price.
UNITS: Mapping[str, str] = {"has": "case", "count": "event", "seconds": "hour"}
SECONDS_OF_HOUR = 3600.0


@dataclass(frozen=True)
class Claim:
    """What somebody says of value: over which after, in which bucket, what one unit of it is worth in minor units and
    why it is worth so much."""

    charter: str
    bucket: str
    after: After
    each: int
    because: str


@dataclass(frozen=True)
class Amount:
    """Money in minor units, between which bounds it lies with 95 %, and what was counted for it: the change of one case
    for the better in units, in `cases` cases. `rows` are the digests of before and after, case by case."""

    value: int
    low: int
    high: int
    units: float
    cases: int
    rows: tuple[str, str]


@dataclass(frozen=True)
class Shown:
    """A value as it stands in the ledger; `query` is the baseline that was counted as the after, `before` the digest of
    the frozen file it was held against. `grade` says how firm the evidence is, `remarks` what weakens it, `withdrawn`
    why it counts no more."""

    id: str
    charter: str
    bucket: Bucket
    query: Baseline
    before: str
    each: int
    because: str
    amount: Amount
    remarks: tuple[str, ...]
    grade: Grade
    at: datetime
    by: str
    withdrawn: str = ""

    @property
    def unit(self) -> str:
        return UNITS[self.query.measure.of]

    @property
    def after(self) -> After:
        return After(self.query.window.since, self.query.window.until, self.query.history)


def add(premises: Premises, claim: Claim, *, by: Person) -> Shown:
    """Count what the claim says and write it down.

    Raises MayNot, BucketForeign, ValueTwice, ValueUnshown, CharterUnknown, CharterIncomplete, BaselineEmpty and
    HistoryNotFound.
    """
    may(by, "propose").demand()
    charter = charter_of(premises.current(), claim.charter)
    bucket = _bucket(charter, claim.bucket)
    if claim.each <= 0 or not claim.because.strip():
        raise WrongUsage("Say what one unit is worth, above 0, and why it is worth so much. Nothing was written down.")
    query = query_of(charter, claim.after)
    with premises.database.read() as reader:
        frozen = find(premises, reader, charter)
        if frozen is None or not frozen.stands:
            raise ValueUnshown(
                f"The before of {claim.charter} is not frozen, or was changed: nothing is held against it."
            )
        _once(reader, claim)
        ways = [way_of(premises, reader, premises.current(), charter, each) for each in charter.procedures]
    assert charter.baseline is not None, "query_of asked for it"
    amount = amount_of(premises, charter, query, claim.each)
    if amount.rows[0] != frozen.said["rows_digest"]:
        raise ValueUnshown(
            f"The before of {claim.charter} counts otherwise than when it was frozen. Nothing was shown."
        )
    if amount.low <= 0 <= amount.high:
        raise ValueUnshown("The change is not told from chance, so it has no value yet. Take more days, or wait.")
    remarks = weaknesses(charter.baseline, ways, claim.after)
    body = {
        "id": new_id("value"),
        "charter": claim.charter,
        "bucket": bucket,
        "query": query.model_dump(mode="json"),
        "before": frozen.digest,
        "each": claim.each,
        "because": claim.because.strip(),
        "amount": _written(amount),
        "remarks": remarks,
        "grade": "no worker" if without_worker(ways) else "interim" if remarks else "firm",
    }
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        _once(tx, claim)
        premises.ledger.append(tx, case_id=HOUSE, kind=SHOWN, at=now, actor=by.actor, body=body)
    with premises.database.read() as reader:
        return find_value(reader, str(body["id"]))


def withdraw(premises: Premises, value_id: str, *, by: Person, because: str) -> Shown:
    """It counts no more; the ledger keeps it. Raises MayNot and ValueNotFound."""
    may(by, "propose").demand()
    if not because.strip():
        raise WrongUsage("Say why it counts no more. Nothing was changed.")
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        if find_value(tx, value_id).withdrawn:
            raise ValueNotFound(f"The value {value_id} was withdrawn already.")
        body = {"id": value_id, "because": because.strip()}
        premises.ledger.append(tx, case_id=HOUSE, kind=WITHDRAWN, at=now, actor=by.actor, body=body)
        return find_value(tx, value_id)


def every(reader: Reader) -> list[Shown]:
    """Every value that was written down, also those withdrawn, the latest first."""
    why = {body["id"]: body["because"] for _, body in _entries(reader, WITHDRAWN)}
    return [_read(row, body, why.get(body["id"], "")) for row, body in _entries(reader, SHOWN)][::-1]


def find_value(reader: Reader, value_id: str) -> Shown:
    """Raises ValueNotFound."""
    for each in every(reader):
        if each.id == value_id:
            return each
    raise ValueNotFound(f"There is no value {value_id}. `aboveloop value list` shows them.")


def firm(shown: list[Shown]) -> int:
    """In minor units, what nothing weakens and was not withdrawn."""
    return sum(each.amount.value for each in shown if each.grade == "firm" and not each.withdrawn)


def sums(shown: list[Shown]) -> dict[Bucket, int]:
    """By bucket, in minor units, what was not withdrawn."""
    return {name: sum(each.amount.value for each in shown if each.bucket == name and not each.withdrawn)
            for name in BUCKETS}  # fmt: skip


def query_of(charter: Charter, after: After) -> Baseline:
    """The baseline over the after. Money follows the mean: middles do not add up. Raises CharterIncomplete."""
    if charter.baseline is None or charter.success is None:
        raise CharterIncomplete(f"The charter {charter.charter} does not say what is counted and what success is.")
    window = Window(since=after.since, until=after.until)
    spec = charter.baseline.model_copy(update={"window": window, "history": after.history})
    return spec.model_copy(update={"measure": summed(spec.measure)})


def summed(measure: Measured) -> Measured:
    """The same by its mean, where it was a middle."""
    return measure.model_copy(update={"statistic": "mean"}) if measure.statistic == "median" else measure


def amount_of(premises: Premises, charter: Charter, query: Baseline, each: int) -> Amount:
    """Count before and after, now, and turn the change into money: what is better is above 0."""
    assert charter.baseline is not None and charter.success is not None, "query_of asked for both"
    frozen = charter.baseline.model_copy(update={"measure": query.measure})
    before, after = _counted(premises, charter, frozen), _counted(premises, charter, query)
    change = difference(before.interval, after.interval)
    size = SECONDS_OF_HOUR if query.measure.of == "seconds" else 1.0
    sign, cases = (1 if charter.success.change > 0 else -1), after.interval.rows
    if change.low == float("-inf") or change.high == float("inf"):
        raise ValueUnshown("There are too few independent cases to say anything about chance. Take more days.")
    ends = sorted(sign * end * cases * each / size for end in (change.low, change.high))
    value = sign * change.value * cases * each / size
    return Amount(
        round(value), round(ends[0]), round(ends[1]), sign * change.value / size, cases, (before.rows, after.rows)
    )


def again(premises: Premises, shown: Shown) -> str:
    """Count its query again: "" where the same comes out, else what differs."""
    charter = premises.current().charters.get(shown.charter)
    if charter is None or charter.baseline is None or charter.success is None:
        return "The operation at work has no such charter any more."
    with premises.database.read() as reader:
        frozen = find(premises, reader, charter)
    if frozen is None or not frozen.stands or frozen.digest != shown.before:
        return "The before that it was held against was changed or frozen anew since."
    try:
        found = amount_of(premises, charter, shown.query, shown.each)
    except (BaselineEmpty, ValueUnshown) as error:
        return str(error)
    if found.rows != shown.amount.rows or found.value != shown.amount.value:
        return f"Counted again, {found.value} minor units come out instead of {shown.amount.value}."
    return ""


def as_json(each: Shown) -> dict[str, Any]:
    return {
        "id": each.id,
        "charter": each.charter,
        "bucket": each.bucket,
        "amount": each.amount.value,
        "low": each.amount.low,
        "high": each.amount.high,
        "unit": each.unit,
        "units_a_case": each.amount.units,
        "cases": each.amount.cases,
        "each": each.each,
        "because": each.because,
        "query": each.query.model_dump(mode="json"),
        "baseline": each.before,
        "remarks": list(each.remarks),
        "grade": each.grade,
        "by": each.by,
        "withdrawn": each.withdrawn,
    }


def _bucket(charter: Charter, name: str) -> Bucket:
    """Where value lies was agreed before anything was built."""
    for each in charter.buckets:
        if each == name:
            return each
    looks = ", ".join(charter.buckets) or "nothing yet"
    raise BucketForeign(f"{charter.charter} looks for value in {looks}, not in {name!r}. Nothing was written down.")


def _once(reader: Reader, claim: Claim) -> None:
    """A change is worth something once: not in two buckets, and not for the same days twice."""
    for each in every(reader):
        days = each.after
        # Whatever history tells of them: the same days under another name are the same days.
        same = each.charter == claim.charter and not each.withdrawn
        if same and days.since < claim.after.until and claim.after.since < days.until:
            raise ValueTwice(
                f"The days {days.in_words} of {claim.charter} are counted already as {each.bucket} ({each.id}): a"
                " change is worth something once. Withdraw that one first, or name other days."
            )


def _counted(premises: Premises, charter: Charter, spec: Baseline) -> Counted:
    return counted(premises, charter.model_copy(update={"baseline": spec}))


def _entries(reader: Reader, kind: str) -> list[tuple[Any, dict[str, Any]]]:
    conditions = ledger_store.matching({"case_id": HOUSE, "kind": kind}, None)
    return [(row, json.loads(row.body)) for batch in ledger_store.find(reader, conditions) for row in batch]


def _written(amount: Amount) -> dict[str, Any]:
    """Numbers that are not whole stand in the ledger as text: no two programs round them otherwise."""
    return {**vars(amount), "units": f"{amount.units:.6g}", "rows": list(amount.rows)}


def _read(row: Any, body: dict[str, Any], withdrawn: str) -> Shown:
    said = body["amount"]
    amount = Amount(**{**said, "units": float(said["units"]), "rows": tuple(said["rows"])})
    return Shown(
        id=body["id"],
        charter=body["charter"],
        bucket=body["bucket"],
        query=Baseline.model_validate_json(json.dumps(body["query"])),
        before=body["before"],
        each=body["each"],
        because=body["because"],
        amount=amount,
        remarks=tuple(body["remarks"]),
        # Entries of before grades were given have none.
        grade=body.get("grade") or ("interim" if body["remarks"] else "firm"),
        at=from_micros(row.at),
        by=row.actor,
        withdrawn=withdrawn,
    )


def day_of(text: str) -> date:
    """Raises WrongUsage."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(f"{text!r} is no day: write one such as 2027-01-04. Nothing was written down.") from error
