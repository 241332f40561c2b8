"""The policy desk finds a past decision again and explains it by the release that made it."""

from pathlib import Path

import pytest

from aboveloop.app.inspection import SAMPLE_OPERATION, FolderFaulty
from aboveloop.app.policy_desk import DecisionNotFound, explained, is_folder, operation_named
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation.errors import ReleaseNotFound
from aboveloop.work.erase import erase
from aboveloop.work.judgement import NotRecordedWhole
from work.bakery import ANNA, Bakery

REFUND = ("refund 60 EUR for CR-1002 please", ANNA, "yes")


def test_the_last_write_of_a_case_is_explained(bakery: Bakery) -> None:
    case = bakery.write(*REFUND)
    with bakery.database.read() as reader:
        found = explained(bakery, reader, case)
    assert found.entry.body["operation"] == "till.refund_order"
    assert found.operation is bakery.operation
    opens = {change.name: change.after for each in found.explanation.opens for change in each.changes}
    assert opens["refund_approver"] is True and opens["amount_cents"] == 5000


def test_an_action_is_named_by_the_beginning_of_its_digest(bakery: Bakery) -> None:
    case = bakery.write(*REFUND)
    (read,) = [each for each in bakery.entries(case) if each.body.get("operation") == "till.identify"]
    with bakery.database.read() as reader:
        found = explained(bakery, reader, case, read.body["action"][:10].upper())
        assert found.entry.id == read.id
        with pytest.raises(DecisionNotFound, match="audit show"):
            explained(bakery, reader, case, "ffff")


def test_where_only_reads_were_decided_the_last_of_them_is_explained(bakery: Bakery) -> None:
    case = bakery.write("refund 60 EUR for CR-1002 please", ANNA)
    with bakery.database.read() as reader:
        assert explained(bakery, reader, case).entry.kind == "RecordRead"


def test_a_case_without_decisions_has_nothing_to_explain(bakery: Bakery) -> None:
    case = bakery.write("when are you open")
    with bakery.database.read() as reader, pytest.raises(DecisionNotFound, match="no decision yet"):
        explained(bakery, reader, case)


def test_the_decisions_of_an_erased_customer_cannot_be_explained(bakery: Bakery) -> None:
    case = bakery.write(*REFUND)
    with bakery.database.write() as tx:
        erase(bakery.house, tx, case.customer_id, actor="person:hana")
    with bakery.database.read() as reader, pytest.raises(NotRecordedWhole, match="erased"):
        explained(bakery, reader, bakery.case(case.id))


def test_an_operation_is_named_by_its_folder_or_its_release(bakery: Bakery, tmp_path: Path) -> None:
    assert is_folder(str(SAMPLE_OPERATION)) and not is_folder("r1")
    assert operation_named(str(SAMPLE_OPERATION), None).about.name == "larkspur"
    assert operation_named("r1", bakery).digest == bakery.operation.digest
    with pytest.raises(WrongUsage, match="--home"):
        operation_named("r1", None)
    with pytest.raises(ReleaseNotFound):
        operation_named("r7", bakery)
    with pytest.raises(FolderFaulty):
        operation_named(str(tmp_path), None)
