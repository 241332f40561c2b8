"""privacy: requests of customers, data flows, disclosures and sets to train on."""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from aboveloop.app.premises import Premises
from aboveloop.app.privacy_access import give_access
from aboveloop.cli.house import As, desk_of, note_looks, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, counted, line, several
from aboveloop.kit.clock import iso
from aboveloop.kit.errors import WrongUsage
from aboveloop.understand.provenance import FAULTS_TOLD, look_through
from aboveloop.work.disclosing import Watch, undisclosed
from aboveloop.work.privacy import requests
from aboveloop.work.privacy.flows import flows as data_flows

privacy_app = several("""What customers may ask about their data, and what is told and sent of it.

    Example: aboveloop privacy list
    """)

Customer = Annotated[str, typer.Argument(help="The customer's id, as cases name it.")]
AskedBy = Annotated[str, typer.Option("--asked-by", help="Who asked, how, and how they showed who they are.")]


@privacy_app.command("list")
def list_requests(
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Requests of customers, what is due first.

    Example: aboveloop privacy list --all
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = requests.every(reader) if everything else requests.still_open(reader)
        now = premises.house.clock.now()
        note_looks(premises, person, {each.customer_id: each.customer_id for each in found}, "request")

    def human() -> None:
        for each in found:
            late = " LATE" if each.state == "open" and each.due_at < now else ""
            line(f"{each.id}  {each.kind} of {each.customer_id}: {each.state}, due {iso(each.due_at)}{late}")
        if not found:
            line("No request is open." if not everything else "Nobody has asked for anything.")

    answer({"requests": [each.as_json() for each in found]}, as_json, human)


@privacy_app.command("request")
def open_request(
    kind: Annotated[str, typer.Argument(help="access or erasure.")],
    customer: Customer,
    asked_by: AskedBy,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Write down that a customer asked; the law gives one month.

    Example: aboveloop privacy request erasure cus_01k9... --asked-by "herself, by e-mail" --as adaeze
    """
    wanted = next((each for each in requests.KINDS if each == kind), None)
    if wanted is None:
        raise WrongUsage(f"A customer asks for {' or '.join(requests.KINDS)}, not for {kind!r}.")
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        note_looks(premises, person, {customer: customer}, "request")
        with premises.database.write() as tx:
            made = requests.open_request(premises.house, tx, wanted, customer, asked_by=asked_by, person=desk.person)
    answer(made.as_json(), as_json, lambda: line(f"{made.id}: {made.kind}, due {iso(made.due_at)}."))


@privacy_app.command("access")
def access(
    customer: Customer,
    out: Annotated[Path, typer.Option(help="The folder to write; it must be empty or not exist.")],
    request: Annotated[str, typer.Option(help="The request that this answers; it is closed.")] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Write everything that is held about one person, to read and for programs.

    Example: aboveloop privacy access cus_01k9... --out for-anna/ --as adaeze
    """
    with opened(home, database) as premises:
        given = give_access(
            premises, desk_of(premises, person).person, customer, out, through="command line", request_id=request
        )
    value = {"folder": str(given.folder), "customer": given.customer, "sha256": given.sha256, "counts": given.counts}
    answer(value, as_json, lambda: line(f"Everything about {given.customer} is in {given.folder}."))


@privacy_app.command("erase")
def erase(
    request: Annotated[str, typer.Argument(help="The request to carry out.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it: erasing cannot be undone.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Carry out a request to be erased, if nothing is held, and say what was erased.

    Example: aboveloop privacy erase request_01k9... --yes --as adaeze
    """
    if not yes:
        raise WrongUsage("Erasing a person cannot be undone. Say --yes to do it.")
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        _note(premises, person, request)
        with premises.database.write() as tx:
            done = requests.carry_out_erasure(premises.house, tx, request, person=desk.person)
    counts = {name: value if isinstance(value, int) else len(value) for name, value in (done.result or {}).items()}
    told = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
    answer(
        done.as_json(), as_json, lambda: line(f"Erased: {told}. Their personal fields can be read by nobody any more.")
    )


@privacy_app.command("refuse")
def refuse(
    request: Annotated[str, typer.Argument(help="The request to refuse.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, as the customer will be told.")],
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Lawfully refuse a request.

    Example: aboveloop privacy refuse request_01k9... --reason "not the customer" --as adaeze
    """
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        _note(premises, person, request)
        with premises.database.write() as tx:
            done = requests.refuse(premises.house, tx, request, person=desk.person, because=reason)
    answer(done.as_json(), as_json, lambda: line(f"{done.id} is refused. Tell the customer why."))


@privacy_app.command("flows")
def flows(
    case: Annotated[str | None, typer.Option(help="Of one case.")] = None,
    customer: Annotated[str | None, typer.Option(help="Of one customer.")] = None,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Which fields of which case went to which outside model, when, under which decision.

    Example: aboveloop privacy flows --case case_01k9...
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = list(data_flows(reader, premises.ledger, case_id=case, customer_id=customer))

    def human() -> None:
        for each in found:
            what = f"{', '.join(each.fields)} to {each.vendor} ({each.model})"
            line(f"{iso(each.at)}  {each.case}: {what}, by {', '.join(each.rules)}")
        if not found:
            line("Nothing has left the house.")

    answer({"flows": [{**vars(each), "at": iso(each.at)} for each in found]}, as_json, human)


@privacy_app.command("check")
def check(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """That no worker ever spoke on a case before the customer was told that an AI writes. Status 1 if one did.

    Example: aboveloop privacy check
    """
    watch = Watch()
    with opened(home, database) as premises, premises.database.read() as reader:
        found = list(undisclosed(premises.ledger.find(reader), watch))
    value = {
        "messages": watch.seen,
        "cases": len(watch.told),
        "undisclosed": [{**vars(each), "at": iso(each.at)} for each in found],
    }

    def human() -> None:
        for each in found:
            line(f"{each.case}: message {each.message} came before its disclosure ({iso(each.at)})")
        line(f"{watch.seen} messages of workers, {len(found)} before their disclosure.")

    answer(value, as_json, human)
    if found:
        raise typer.Exit(1)


@privacy_app.command("gate")
def gate(
    file: Annotated[Path, typer.Argument(help="The set: JSON lines, or CSV with source, basis, recorded_at, consent.")],
    as_json: Json = False,
) -> None:
    """Look through a set for training or evaluation: nothing personal, and each row says where it is from.

    Example: aboveloop privacy gate examples.jsonl
    """
    report = look_through(_rows(file))
    value = {
        "file": str(file),
        "passed": report.passed,
        "rows": report.rows,
        "digest": report.digest,
        "bases": dict(report.bases),
        "faults": [vars(fault) for fault in report.faults[:FAULTS_TOLD]],
        "faults_in_all": len(report.faults),
    }

    def human() -> None:
        for fault in report.faults[:FAULTS_TOLD]:
            line(f"row {fault.row}: {fault.because}")
        verdict = "may be used" if report.passed else "may not be used"
        line(f"{file} {verdict}: {counted(report.rows, 'row')}, {counted(len(report.faults), 'fault')}.")

    answer(value, as_json, human)
    if not report.passed:
        raise typer.Exit(1)


def _note(premises: Premises, person: str | None, request: str) -> None:
    """Who answers a request is told who asked, and how. Raises RequestNotFound."""
    with premises.database.read() as reader:
        asked = requests.find(reader, request)
    note_looks(premises, person, {asked.customer_id: asked.customer_id}, "request")


def _rows(file: Path) -> Iterator[Mapping[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"{file} cannot be read as UTF-8 text. Name a CSV or JSON-lines file.") from error
    if file.suffix == ".csv":
        for row in csv.DictReader(text.splitlines()):
            provenance = {name: row.pop(name, None) or "" for name in ("source", "basis", "recorded_at", "consent")}
            yield {name: value for name, value in row.items() if name} | {"provenance": provenance}
        return
    for number, each in enumerate(text.splitlines(), 1):
        if not each.strip():
            continue
        try:
            row = json.loads(each)
        except ValueError as error:
            raise WrongUsage(f"Line {number} of {file} is not JSON. Write one object on each line.") from error
        if not isinstance(row, dict):
            raise WrongUsage(f"Line {number} of {file} is no JSON object. Write one object on each line.")
        yield row
