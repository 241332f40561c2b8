"""Evidence: a folder that an outsider checks alone, in which no change of any byte goes unseen."""

import base64
import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aboveloop.app.desk import Desk
from aboveloop.app.evidence import verify
from aboveloop.app.evidence.folder import Evidence, NothingToTell, Wish, write_evidence, zip_folder
from aboveloop.app.evidence.scope import Scope, period, scope_of
from aboveloop.app.incidents import IncidentDesk
from aboveloop.app.queue_desk import QueueDesk
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.errors import MayNot
from aboveloop.govern.incidents.book import Report
from aboveloop.govern.incidents.errors import IncidentNotFound
from aboveloop.govern.incidents.incident import Scope as Suspected
from aboveloop.govern.incidents.incident import Severity
from aboveloop.govern.people import person_of
from aboveloop.journey.cases import Case
from aboveloop.journey.errors import CaseNotFound, CustomerNotFound
from aboveloop.kit.errors import WrongUsage
from aboveloop.ledger.errors import LedgerDamaged
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.models import Operation
from aboveloop.understand.reader import FirstReader
from aboveloop.work.erase import erase
from api.open_house import ELIF, tell, waiting
from app.evidence_folders import Outsider, outsider

PERSONAL = ("elif@customers.example", "10437", "LK-100007", "the sole came off", "Seen the photo.")


@pytest.fixture(scope="session")
def reader_outside(tmp_path_factory: pytest.TempPathFactory) -> Outsider:
    return outsider(tmp_path_factory.mktemp("outsider"))


def refunded(house: Stage) -> Case:
    """Elif gets 50.01 EUR with Priya's approval; Anna asks for a person."""
    case = tell(house, "elif", *ELIF)
    person = person_of(house.operation, "priya")
    Desk(house, person).approve(waiting(house).id, because="Seen the photo.")
    house.run_due()
    tell(house, "anna", "I want to talk to a person")
    return case


def written(house: Stage, scope: Scope, out: Path, *, by: str | None = None, personal: bool = False) -> Evidence:
    person = None if by is None else person_of(house.operation, by)
    return write_evidence(house, Wish(scope, person, personal), out)


def key_of(house: Stage) -> str:
    return str(house.ledger.public_key)


def lines(folder: Path, name: str = "entries.jsonl") -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / name).read_bytes().splitlines()]


def test_a_case_is_checked_by_an_outsider_who_has_only_the_key(
    house: Stage, tmp_path: Path, reader_outside: Outsider
) -> None:
    case = refunded(house)
    done = written(house, Scope("case", case.id), tmp_path / "out")
    verdict = reader_outside.verify(done.folder, key_of(house))
    assert (verdict.status, verdict.told["ok"], verdict.told["wrong"]) == (0, True, [])
    said = " ".join(verdict.told["verified"])
    for words in ("no others", f"All {done.entries} entries", "Approvals used: 1", "Releases: 1", "Chains: 1"):
        assert words in said
    assert "sealed here" in " ".join(verdict.told["cannot_tell"])
    assert {each["case_id"] for each in lines(done.folder)} == {case.id, "house"}


def test_the_folder_answers_the_four_questions_and_names_the_accountable(house: Stage, tmp_path: Path) -> None:
    case = refunded(house)
    done = written(house, Scope("case", case.id), tmp_path / "out", by="adaeze", personal=True)
    (told,) = json.loads((done.folder / "decisions.json").read_bytes())
    (refund,) = [each for each in told["decisions"] if each["operation"] == "shop.refund_order"]
    assert refund["which_version_decided"]["release"] == case.release
    assert refund["on_what_facts"]["arguments"]["amount_cents"] == 5001
    assert {fact["name"] for fact in refund["on_what_facts"]["facts"]} >= {"refundable_cents"}
    assert refund["who_approved"]["answers"][0]["person"] == "person:priya"
    assert refund["what_happened_after"]["state"] == "performed"
    assert refund["accountable"]["person"]
    (approval,) = json.loads((done.folder / "approvals.json").read_bytes())
    assert (approval["state"], approval["action"]) == ("used", refund["action"])
    (policies,) = json.loads((done.folder / "policies.json").read_bytes())
    assert "refund-above-50" in {rule["id"] for rule in policies["rules"] if rule["decided_here"]}
    page = (done.folder / "index.html").read_text()
    assert "Who is accountable?" in page and "<script" not in page and "http" not in page.replace("http-equiv", "")
    assert key_of(house) in (done.folder / "README.md").read_text()


def test_an_approval_that_was_looked_after_is_told_with_all_its_entries(house: Stage, tmp_path: Path) -> None:
    case = tell(house, "elif", *ELIF)
    asked = waiting(house)
    desk = QueueDesk(house, person_of(house.operation, "priya"))
    desk.claim(asked.id)
    desk.release(asked.id)
    written(house, Scope("case", case.id), tmp_path / "out")
    with house.database.read() as reader:
        chain = [entry.id for entry in house.ledger.entries(reader, case.id) if entry.body.get("approval") == asked.id]
    (told,) = json.loads((tmp_path / "out" / "approvals.json").read_text())
    assert told["entries"] == chain
    assert told["action"] == asked.digest


def test_sealed_evidence_shows_nothing_personal(house: Stage, tmp_path: Path) -> None:
    case = refunded(house)
    done = written(house, Scope("case", case.id), tmp_path / "out", by="signe")
    for path in done.folder.rglob("*"):
        if path.is_file() and "releases" not in path.parts:
            text = path.read_text()
            # As words of their own: five digits stand in a long row of hashes by chance.
            assert not [word for word in PERSONAL if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)], path
    assert "sealed" in (done.folder / "decisions.json").read_text()


def test_opened_fields_are_those_that_were_sealed(house: Stage, tmp_path: Path, reader_outside: Outsider) -> None:
    case = refunded(house)
    done = written(house, Scope("case", case.id), tmp_path / "out", by="adaeze", personal=True)
    verdict = reader_outside.verify(done.folder, key_of(house))
    said = " ".join(verdict.told["verified"])
    assert verdict.status == 0
    assert "are those that were sealed when it happened" in said and "Arguments shown: " in said
    page = (done.folder / "index.html").read_text()
    assert "the sole came off" in page
    keys = {line["key"] for line in lines(done.folder, "openings.jsonl")}
    assert len(keys) == len(lines(done.folder, "openings.jsonl"))


def test_an_erased_customer_stays_erased_in_the_evidence(
    house: Stage, tmp_path: Path, reader_outside: Outsider
) -> None:
    case = refunded(house)
    with house.database.write() as tx:
        erase(house.house, tx, case.customer_id, actor="person:adaeze")
    done = written(house, Scope("customer", case.customer_id), tmp_path / "out", by="adaeze", personal=True)
    verdict = reader_outside.verify(done.folder, key_of(house))
    assert verdict.status == 0
    assert "stay closed: their customer was erased" in " ".join(verdict.told["verified"])
    assert "CustomerErased" in {each["kind"] for each in lines(done.folder)}
    text = "".join(path.read_text() for path in done.folder.glob("*") if path.is_file())
    assert not [word for word in PERSONAL if word in text]


def test_a_customer_is_all_their_cases(house: Stage, tmp_path: Path, reader_outside: Outsider) -> None:
    case = refunded(house)
    house.advance(timedelta(days=10))
    later = tell(house, "elif", "I want to talk to a person")
    assert later.id != case.id
    done = written(house, Scope("customer", case.customer_id), tmp_path / "out")
    assert reader_outside.verify(done.folder, key_of(house)).status == 0
    assert {each["case_id"] for each in lines(done.folder)} == {case.id, later.id, "house"}


def test_a_period_is_every_case_that_had_an_entry_in_it(house: Stage, tmp_path: Path, reader_outside: Outsider) -> None:
    began = house.clock.now()
    case = refunded(house)
    house.advance(timedelta(days=10))
    later = tell(house, "elif", "I want to talk to a person")
    first = written(house, period(began, began + timedelta(days=1)), tmp_path / "first")
    assert reader_outside.verify(first.folder, key_of(house)).status == 0
    cases = {each["case_id"] for each in lines(first.folder)}
    assert case.id in cases and later.id not in cases and len(cases) == 3
    second = written(house, period(began + timedelta(days=9), house.clock.now() + timedelta(days=1)), tmp_path / "two")
    assert reader_outside.verify(second.folder, key_of(house)).status == 0
    assert later.id in {each["case_id"] for each in lines(second.folder)}
    with pytest.raises(NothingToTell, match="holds nothing"):
        written(house, period(began - timedelta(days=9), began - timedelta(days=8)), tmp_path / "empty")
    assert not (tmp_path / "empty").exists()


def test_an_incident_is_its_own_chain_and_every_case_that_it_touched(
    house: Stage, tmp_path: Path, reader_outside: Outsider
) -> None:
    case = refunded(house)
    desk = IncidentDesk(house, person_of(house.operation, "noor"))
    wanted = Suspected(release=case.release, operation="shop.refund_order")
    incident = desk.open(Report("Too much without approval", Severity.MAJOR, wanted))
    desk.stop(incident.id)
    desk.contain(incident.id)
    done = written(house, Scope("incident", incident.id), tmp_path / "out")
    assert reader_outside.verify(done.folder, key_of(house)).status == 0
    assert {each["case_id"] for each in lines(done.folder)} == {incident.id, case.id, "house"}
    assert incident.id in (done.folder / "index.html").read_text()
    # An incident's chain is in the time too, though it is no case.
    now = house.clock.now()
    period_of_it = written(house, period(now - timedelta(days=1), now + timedelta(days=1)), tmp_path / "two")
    assert reader_outside.verify(period_of_it.folder, key_of(house)).status == 0
    assert incident.id in {each["case_id"] for each in lines(period_of_it.folder)}
    with pytest.raises(IncidentNotFound):
        written(house, Scope("incident", "inc_none"), tmp_path / "three")


def test_taking_evidence_stands_in_the_ledger_with_the_digest_of_what_left(house: Stage, tmp_path: Path) -> None:
    case = refunded(house)
    done = written(house, Scope("case", case.id), tmp_path / "out", by="adaeze", personal=True)
    with house.database.read() as reader:
        (entry,) = house.ledger.find(reader, kind="EvidenceExported")
    assert (entry.actor, entry.body["personal"], entry.body["manifest"]) == ("person:adaeze", True, done.manifest)
    assert entry.body["scope"]["name"] == case.id


@pytest.mark.parametrize(("who", "personal"), [("sanne", False), ("priya", False), ("signe", True), ("noor", True)])
def test_whoever_may_not_takes_nothing_and_leaves_nothing(
    house: Stage, tmp_path: Path, who: str, personal: bool
) -> None:
    case = refunded(house)
    with pytest.raises(MayNot):
        written(house, Scope("case", case.id), tmp_path / "out", by=who, personal=personal)
    assert not (tmp_path / "out").exists()
    with house.database.read() as reader:
        assert house.ledger.count(reader, kind="EvidenceExported") == 0


def test_personal_fields_are_opened_to_nobody_who_is_not_named(house: Stage, tmp_path: Path) -> None:
    case = refunded(house)
    with pytest.raises(WrongUsage, match="--as"):
        written(house, Scope("case", case.id), tmp_path / "out", personal=True)


def test_what_does_not_exist_is_said(house: Stage, tmp_path: Path) -> None:
    with pytest.raises(CaseNotFound):
        written(house, Scope("case", "case_none"), tmp_path / "out")
    with pytest.raises(CustomerNotFound):
        written(house, Scope("customer", "cus_none"), tmp_path / "out")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    with pytest.raises(WrongUsage, match="not an empty folder"):
        written(house, Scope("case", "case_none"), tmp_path / "full")


def test_a_checkpoint_kept_elsewhere_is_agreed_with(house: Stage, tmp_path: Path, reader_outside: Outsider) -> None:
    house.seal()
    with house.database.read() as reader:
        older = house.ledger.latest_checkpoint(reader)
    assert older is not None
    case = refunded(house)
    done = write_evidence(house, Wish(Scope("case", case.id), older=older.text), tmp_path / "out")
    kept = tmp_path / "kept.txt"
    kept.write_text(older.text)
    verdict = reader_outside.verify(done.folder, key_of(house), "--checkpoint", kept)
    assert verdict.status == 0
    assert "agrees with the checkpoint that you kept" in " ".join(verdict.told["verified"])
    plain = written(house, Scope("case", case.id), tmp_path / "plain")
    verdict = reader_outside.verify(plain.folder, key_of(house), "--checkpoint", kept)
    assert verdict.status == 1 and "Ask for an export with --checkpoint" in verdict.wrong
    kept.write_text(plain.checkpoint.text)
    assert reader_outside.verify(plain.folder, key_of(house), "--checkpoint", kept).status == 0


def test_a_checkpoint_of_another_past_is_refused(house: Stage, tmp_path: Path, reader_outside: Outsider) -> None:
    case = refunded(house)
    done = written(house, Scope("case", case.id), tmp_path / "out")
    other, kept = done.checkpoint.head, tmp_path / "kept.txt"
    root = base64.b64encode(bytes(32)).decode()
    # Signed by the house itself, over as many entries, with another root: the past was written anew.
    forged = house.ledger._signer.sign(f"{other.origin}\n{other.size}\n{root}\n")
    kept.write_text(forged)
    verdict = reader_outside.verify(done.folder, key_of(house), "--checkpoint", kept)
    assert verdict.status == 1 and "the past was rewritten" in verdict.wrong
    with pytest.raises(LedgerDamaged):
        write_evidence(house, Wish(Scope("case", case.id), older=forged), tmp_path / "two")


def test_without_a_key_from_outside_nothing_is_shown(house: Stage, tmp_path: Path, reader_outside: Outsider) -> None:
    case = refunded(house)
    done = written(house, Scope("case", case.id), tmp_path / "out")
    verdict = reader_outside.verify(done.folder, None)
    assert (verdict.status, verdict.told["ok"], verdict.told["wrong"]) == (1, False, [])
    assert "--key" in verdict.told["cannot_tell"][0]


def test_a_folder_made_anew_under_another_key_is_found(
    house: Stage, tmp_path: Path, reader_outside: Outsider, operation: Operation, understands: FirstReader
) -> None:
    case = refunded(house)
    done = written(house, Scope("case", case.id), tmp_path / "out")
    another = Ledger(b"m" * 32, bytes(range(32)))
    (done.folder / "public-key.txt").write_text(f"{another.public_key}\n")
    text = (done.folder / "manifest.txt").read_text().rpartition("\n\n")[0]
    (done.folder / "manifest.txt").write_text(another.sign(f"{text}\n"))
    assert reader_outside.verify(done.folder, key_of(house)).status == 1
    assert reader_outside.verify(done.folder, str(another.public_key)).status == 1
    for nonsense in ("nonsense", "a+b+c", key_of(house)[:-4], ""):
        assert reader_outside.verify(done.folder, nonsense).status == 1


def test_a_zip_holds_the_whole_folder(house: Stage, tmp_path: Path, reader_outside: Outsider) -> None:
    case = refunded(house)
    done = written(house, Scope("case", case.id), tmp_path / "evidence")
    packed = zip_folder(done.folder, tmp_path / "evidence.zip")
    shutil.unpack_archive(packed, tmp_path / "unpacked")
    assert reader_outside.verify(tmp_path / "unpacked" / "evidence", key_of(house)).status == 0


@pytest.mark.parametrize(
    ("case", "customer", "since", "until", "said"),
    [
        (None, None, None, None, "one thing alone"),
        ("case_1", "cus_1", None, None, "one thing alone"),
        (None, None, "2026-03-02", None, "the day before which it ends"),
        (None, None, "2026-03-02", "2026-03-02", "empty"),
        (None, None, "yesterday", "2026-03-02", "is no day"),
    ],
)
def test_a_scope_is_one_thing(
    case: str | None, customer: str | None, since: str | None, until: str | None, said: str
) -> None:
    with pytest.raises(WrongUsage, match=said):
        scope_of({"case": case, "customer": customer}, since, until, zone="Europe/Amsterdam")


def test_a_day_begins_at_the_companys_own_midnight() -> None:
    found = scope_of({}, "2026-03-02", "2026-03-03T09:00:00Z", zone="Europe/Amsterdam")
    assert found.as_json() == {
        "kind": "period",
        "name": "",
        "since": "2026-03-01T23:00:00.000000Z",
        "until": "2026-03-03T09:00:00.000000Z",
    }


# --- whatever is changed, it is found -----------------------------------------------------------


@pytest.fixture(scope="module")
def kept_folder(
    operation: Operation, understands: FirstReader, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """A folder with everything that a folder can hold, and the key from outside."""
    base = tmp_path_factory.mktemp("kept")
    shutil.copytree(template, base / "home")
    house = Stage(operation, base / "home", understands)
    house.prepare()
    older = house.seal()
    case = refunded(house)
    wish = Wish(Scope("customer", case.customer_id), person_of(operation, "adaeze"), True, older.text)
    done = write_evidence(house, wish, base / "out")
    yield done.folder, key_of(house)
    house.close()


def holds(folder: Path, key: str) -> bool:
    """In this process, for speed; that an outsider sees the same is tested above."""
    return not verify.verify(folder, verify.parse_key(key), None).wrong


# What it changed, so that it can be put back.
Change = Callable[[Path, list[Path], st.DataObject], list[Path]]


def flip(_: Path, files: list[Path], data: st.DataObject) -> list[Path]:
    path = data.draw(st.sampled_from([each for each in files if each.stat().st_size]))
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(bytes(content))
    return [path]


def insert(_: Path, files: list[Path], data: st.DataObject) -> list[Path]:
    path = data.draw(st.sampled_from(files))
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content)))
    path.write_bytes(content[:place] + data.draw(st.binary(min_size=1, max_size=3)) + content[place:])
    return [path]


def cut(_: Path, files: list[Path], data: st.DataObject) -> list[Path]:
    path = data.draw(st.sampled_from([each for each in files if each.stat().st_size]))
    content = path.read_bytes()
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    return [path]


def drop_line(_: Path, files: list[Path], data: st.DataObject) -> list[Path]:
    path = data.draw(st.sampled_from([each for each in files if each.stat().st_size]))
    content = path.read_bytes().splitlines(keepends=True)
    del content[data.draw(st.integers(0, len(content) - 1))]
    path.write_bytes(b"".join(content))
    return [path]


def reorder(folder: Path, _: list[Path], data: st.DataObject) -> list[Path]:
    path = folder / data.draw(st.sampled_from(["entries.jsonl", "proofs.jsonl", "openings.jsonl", "manifest.txt"]))
    content = path.read_bytes().splitlines(keepends=True)
    first = data.draw(st.integers(0, len(content) - 1))
    others = [place for place in range(len(content)) if content[place] != content[first]]
    second = data.draw(st.sampled_from(others))
    content[first], content[second] = content[second], content[first]
    path.write_bytes(b"".join(content))
    return [path]


def delete(_: Path, files: list[Path], data: st.DataObject) -> list[Path]:
    path = data.draw(st.sampled_from(files))
    path.unlink()
    return [path]


def add(folder: Path, _: list[Path], data: st.DataObject) -> list[Path]:
    path = folder / data.draw(st.sampled_from(["more.txt", ".hidden", "releases/more", "verify.pyc", "a/b/c"]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.draw(st.binary(max_size=3)))
    return [path]


def swap(_: Path, files: list[Path], data: st.DataObject) -> list[Path]:
    first, second = data.draw(st.sampled_from(files)), data.draw(st.sampled_from(files))
    one, two = first.read_bytes(), second.read_bytes()
    assume(one != two)
    first.write_bytes(two)
    second.write_bytes(one)
    return [first, second]


def empty_folder(folder: Path, _: list[Path], data: st.DataObject) -> list[Path]:
    path = folder / data.draw(st.sampled_from(["more", "releases/more"]))
    path.mkdir()
    return [path]


def link(folder: Path, files: list[Path], data: st.DataObject) -> list[Path]:
    path = data.draw(st.sampled_from(files))
    elsewhere = folder.parent / "elsewhere"
    elsewhere.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(elsewhere)
    return [path]


def put_back(original: Path, folder: Path, changed: list[Path]) -> None:
    for path in changed:
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
        if (original / path.relative_to(folder)).exists():
            shutil.copyfile(original / path.relative_to(folder), path)
    shutil.rmtree(folder / "a", ignore_errors=True)


CHANGES: tuple[Change, ...] = (flip, insert, cut, drop_line, reorder, delete, add, swap, empty_folder, link)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@given(data=st.data())
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_single_change_anywhere_is_found(
    kept_folder: tuple[Path, str], work_copy: Path, change: Change, data: st.DataObject
) -> None:
    original, key = kept_folder
    changed = change(work_copy, sorted(path for path in work_copy.rglob("*") if path.is_file()), data)
    try:
        assert not holds(work_copy, key)
    finally:
        put_back(original, work_copy, changed)


@pytest.fixture(scope="module")
def work_copy(kept_folder: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("changed") / "out"
    shutil.copytree(kept_folder[0], copy)
    return copy


def test_what_was_put_back_holds_again(kept_folder: tuple[Path, str], work_copy: Path) -> None:
    assert holds(kept_folder[0], kept_folder[1])
    assert holds(work_copy, kept_folder[1])
