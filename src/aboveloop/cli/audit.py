"""audit: show, verify, replay, export, erase and reconcile."""

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from aboveloop.app.answering import answered
from aboveloop.app.evidence.folder import Wish, write_evidence
from aboveloop.app.evidence.scope import Kind, scope_of
from aboveloop.app.evidence.verifier import verifier_text
from aboveloop.app.looking import doors, looks
from aboveloop.cli.house import As, case_of, desk_of, note_look, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, progress, several
from aboveloop.kit.errors import WrongUsage
from aboveloop.ledger.entries import HOUSE
from aboveloop.work.answers import in_words
from aboveloop.work.privacy import requests
from aboveloop.work.reconcile import reconcile as compare
from aboveloop.work.redeciding import redecide

audit_app = several("""Show, verify, export and erase what stands in the ledger.

    Example: aboveloop audit verify
    """)


@audit_app.command("show")
def show(
    case: Annotated[str, typer.Argument(help="The case's id.")],
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Which version decided, on what facts, who approved, what happened after, who is accountable: for every decision.

    Example: aboveloop audit show case_01k9...
    """
    with opened(home, database) as premises:
        with premises.database.read() as reader:
            found = case_of(reader, case)
        note_look(premises, person, found)
        with premises.database.read() as reader:
            shown, told = answered(premises, reader, found)
    answer(shown.as_json() | {"answers": told}, as_json, lambda: line(in_words(shown, told)))


@audit_app.command("looks")
def look_list(
    who: Annotated[str | None, typer.Option(help="Only of one: person:ID or account:NAME.")] = None,
    case: Annotated[str | None, typer.Option(help="Only at this case.")] = None,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Who looked at what is personal, the latest first: one line for each person, case and hour.

    Example: aboveloop audit looks --who person:priya
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found, total = looks.looks(reader, who=who, case=case), looks.count(reader, who=who, case=case)

    def human() -> None:
        for each in found:
            of = each.case_id or each.customer_id
            line(f"{each.at:%Y-%m-%d %H:%M}  {each.who:20} {each.what:10} {each.through:14} {of}")
        line(f"{total} looks." if total > len(found) or not total else f"{total} looks, all shown.")

    answer({"looks": [each.as_json() for each in found], "total": total}, as_json, human)


@audit_app.command("verify")
def verify(
    checkpoint: Annotated[
        Path | None, typer.Option(help="A checkpoint kept elsewhere: shows a cut tail and a rewritten past too.")
    ] = None,
    no_page: Annotated[
        bool, typer.Option("--no-page", help="Do not call who is on call where it does not verify.")
    ] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Recompute every chain and the tree over all entries; name the first bad entry if there is one.

    A break calls who is on call, as the running house does: `aboveloop up` makes the calls, `--no-page` does without.

    Example: aboveloop audit verify --checkpoint last-month.txt
    """
    text = _read(checkpoint) if checkpoint else None
    with opened(home, database) as premises:
        found = premises.verify(text, by=HOUSE)
        if found.first_bad is not None and not no_page:
            premises.ledger_broken(found.reason)
    value = {
        "entries": found.entries,
        "cases": found.cases,
        "ok": found.ok,
        "first_bad": asdict(found.first_bad) if found.first_bad else None,
        "reason": found.reason,
    }
    bad = "Damaged" if found.first_bad else "Not shown to be whole"
    said = f"{found.entries} entries of {found.cases} cases hold." if found.ok else f"{bad}: {found.reason}"
    answer(value, as_json, lambda: line(said))
    if not found.ok:
        raise typer.Exit(1)


@audit_app.command("checkpoint")
def checkpoint_now(
    out: Annotated[Path | None, typer.Option(help="Write it here too, and keep it elsewhere.")] = None,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Seal the ledger now and show the signed checkpoint, to be kept elsewhere.

    Example: aboveloop audit checkpoint --out last-month.txt
    """
    with opened(home, database) as premises:
        sealed = premises.seal()
    if out is not None:
        out.write_text(sealed.text, encoding="utf-8")
    answer({"entries": sealed.head.size, "checkpoint": sealed.text}, as_json, lambda: line(sealed.text.rstrip()))


@audit_app.command("export")
def export(
    out: Annotated[Path, typer.Option(help="The folder to write; it must be empty or not exist.")],
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Seal the ledger and write it out with its checkpoint and public key, for an outsider to verify.

    Example: aboveloop audit export --out evidence/
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise WrongUsage(f"{out} is not an empty folder. Name another one with --out.")
    with opened(home, database) as premises:
        done = premises.ledger.export(premises.database, out, premises.house.clock.now())
    value = {"folder": str(out), "entries": done.entries}
    answer(value, as_json, lambda: line(f"{done.entries} entries written to {out}. Keep checkpoint.txt elsewhere."))


@audit_app.command("evidence")
def evidence(
    out: Annotated[Path, typer.Option(help="The folder to write; it must be empty or not exist.")],
    case: Annotated[str | None, typer.Option(help="One case, by its id.")] = None,
    customer: Annotated[str | None, typer.Option(help="Every case of one customer, by the house's own id.")] = None,
    incident: Annotated[str | None, typer.Option(help="One incident with every case that it touched.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="Cases with an entry from this day or instant on.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="Before this day or instant.")] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="A checkpoint kept elsewhere: the folder then proves that it still holds.")
    ] = None,
    with_personal: Annotated[
        bool, typer.Option("--with-personal", help="Open personal fields; needs --as somebody who may disclose.")
    ] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Write what happened on some cases as a folder that an outsider checks without this house, with its verify.py.

    Example: aboveloop audit evidence --case case_01k9... --out evidence/
    """
    older = _read(checkpoint) if checkpoint else None
    with opened(home, database) as premises:
        named: dict[Kind, str | None] = {"case": case, "customer": customer, "incident": incident}
        scope = scope_of(named, since, until, zone=premises.current().about.timezone)
        by = None if person is None else desk_of(premises, person).person
        if not with_personal:
            doors.told()
        done = write_evidence(premises, Wish(scope, by, with_personal, older), out)
        key = str(premises.ledger.public_key)
    value = done.as_json() | {"key": key, "verifier": hashlib.sha256(verifier_text().encode()).hexdigest()}
    said = f"{done.entries} entries of {done.cases} cases are in {out}. Check: python {out}/verify.py {out} --key {key}"
    answer(value, as_json, lambda: line(said))


@audit_app.command("erase")
def erase(
    customer: Annotated[str, typer.Argument(help="The customer's id, as cases name it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it: erasing cannot be undone.")] = False,
    asked_by: Annotated[str, typer.Option("--asked-by", help="Who asked, and how.")] = "not said",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Erase a person: what is personal becomes unreadable for good, and the ledger still verifies.

    Example: aboveloop audit erase cus_01k9... --yes --as noor
    """
    if not yes:
        raise WrongUsage("Erasing a person cannot be undone. Say --yes to do it.")
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        with premises.database.write() as tx:
            house, by = premises.house, desk.person
            asked = requests.open_request(house, tx, "erasure", customer, asked_by=asked_by, person=by)
            done = requests.carry_out_erasure(house, tx, asked.id, person=by)
    result = done.result or {}
    value = {"erased": result["customers"], "request": done.id, "result": result}
    answer(value, as_json, lambda: line(f"Erased: {', '.join(result['customers'])}"))


@audit_app.command("reconcile")
def reconcile(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Compare what the ledger says was done with the systems of record. Status 1 if they differ.

    Example: aboveloop audit reconcile --json
    """
    with opened(home, database) as premises:
        found = compare(premises.house, premises.current())
    value = {"actions": found.actions, "differences": [vars(each) for each in found.differences]}

    def human() -> None:
        for each in found.differences:
            line(f"{each.key} {each.operation}: {each.because}")
        line(f"{found.actions} writes compared, {len(found.differences)} differences.")

    answer(value, as_json, human)
    if found.differences:
        raise typer.Exit(1)


@audit_app.command("replay")
def replay(
    case: Annotated[str | None, typer.Argument(help="One case's id. Say --all for the whole ledger instead.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every decision of the ledger.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Make decisions again from their entries, facts and releases; name the first that comes out otherwise.

    Example: aboveloop audit replay --all
    """
    if (case is None) is not everything:
        raise WrongUsage("Name one case, or say --all for every decision of the ledger.")
    with opened(home, database) as premises, premises.database.read() as reader, progress() as bar:
        which = case_of(reader, case).id if case is not None else None
        shown = bar.add_task("Deciding again", total=premises.ledger.count(reader, case_id=which))
        entries = premises.ledger.find(reader, case_id=which)
        found = redecide(
            entries, premises.operation_of, premises.pack_of, progress=lambda done: bar.update(shown, completed=done)
        )
    answer(found.as_json(), as_json, lambda: line(found.as_text()))
    if found.different:
        raise typer.Exit(1)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"The checkpoint {path} cannot be read. Name the checkpoint.txt of an export.") from error
