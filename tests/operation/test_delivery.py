"""KPIs, functions, courses and edge cases in a folder: read, and held against the rest of it."""

from pathlib import Path
from typing import Any

import pytest

from aboveloop.operation.changes.compare import changes_between
from aboveloop.operation.checking import check
from aboveloop.operation.loading import load_files
from aboveloop.operation.models import Operation
from operation.kettle import FILES

KPI = (
    "kpi: containment\nlevel: operational\ntitle: Alone\ndefinition: Alone.\nowner: priya\nunit: share\n"
    "measure: containment\nbetter: up\ntarget: 0.7\ntolerance: 0.1\n"
)
# A model's own measure, and one of the business.
READ = KPI.replace("kpi: containment\nlevel: operational", "kpi: read\nlevel: model")
MONEY = KPI.replace("kpi: containment\nlevel: operational", "kpi: money\nlevel: business")
COURSE = (
    "course: asking\ntitle: Asking\nroles: [clerk]\nsince: 2026-01-01\nread: Ask.\n"
    "questions: [{ask: Ask?, answers: {a: Yes, b: No}, right: a, because: Always.}]\n"
)
FUNCTION = "functions: {tea: {title: Tea, owner: priya, procedures: [cancel_order], kpis: [containment]}}\n"


def files(**changed: str) -> dict[str, str]:
    about = FILES["operation.yaml"] + changed.pop("about", FUNCTION)
    return {**FILES, "operation.yaml": about, "kpis.yaml": KPI, "courses/all.yaml": COURSE, **changed}


def faults(**changed: str) -> list[str]:
    return [fault.message for fault in check(load_files(files(**changed), Path("kettle")))]


def loaded(**changed: str) -> Operation:
    operation = load_files(files(**changed), Path("kettle")).operation
    assert operation is not None
    return operation


def test_kpis_courses_and_functions_are_part_of_an_operation() -> None:
    operation = loaded()
    assert operation.kpis["containment"].measure == "containment"
    assert operation.courses["asking"].questions[0].right == "a"
    assert operation.about.functions["tea"].owner == "priya"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kpis.yaml": KPI.replace("owner: priya", "owner: nobody")}, "There is no person `nobody`"),
        ({"kpis.yaml": KPI.replace("unit: share", "unit: seconds")}, "comes as `share`, not as `seconds`"),
        ({"kpis.yaml": KPI.replace("target: 0.7", "target: 70")}, "A share lies from 0 to 1"),
        ({"about": FUNCTION.replace("owner: priya", "owner: nobody")}, "There is no person `nobody`"),
        ({"about": FUNCTION.replace("[cancel_order]", "[no_such]")}, "There is no procedure `no_such`"),
        ({"about": FUNCTION.replace("[containment]", "[no_such]")}, "There is no KPI `no_such`"),
        (
            {"about": FUNCTION.replace("title: Tea", "title: Tea, budget: {limit: 1, operations: [a.b]}")},
            "There is no operation `a.b`",
        ),
        ({"courses/all.yaml": COURSE.replace("[clerk]", "[stranger]")}, "There is no role `stranger`"),
        ({"courses/all.yaml": COURSE.replace("right: a", "right: c")}, "The right answer `c` is none of the answers"),
        ({"about": "delivery: {edge_cases: {minimum: 1, kinds: [huge]}}\n"}, "0 scenarios are marked as edge cases"),
        ({"about": "delivery: {edge_cases: {minimum: 1, kinds: [huge]}}\n"}, "No scenario is an edge case of the kind"),
    ],
)
def test_what_does_not_exist_is_a_fault(changed: dict[str, Any], said: str) -> None:
    assert any(said in message for message in faults(**changed)), faults(**changed)
    assert not any(said in message for message in faults())


def stack(**moves: str) -> dict[str, str]:
    """kpis.yaml of three levels, with what each of them moves."""
    kpis = {"containment": KPI, "read": READ, "money": MONEY}
    texts = [text + (f"moves: [{moves[name]}]\n" if name in moves else "") for name, text in kpis.items()]
    return {"kpis.yaml": "".join("- " + text.replace("\n", "\n  ").rstrip() + "\n" for text in texts)}


VAIN = "`read` measures a model and moves nothing of the business: a vanity metric"


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ({}, VAIN),
        ({"read": "containment"}, VAIN),
        ({"read": "no_such"}, "There is no KPI `no_such`"),
        ({"containment": "read"}, "`containment` (operational) cannot move `read` (model)"),
        ({"containment": "containment"}, "what is moved stands on a higher level"),
    ],
)
def test_a_measure_of_a_model_that_leads_to_no_business_is_a_vanity_metric(moves: dict[str, str], said: str) -> None:
    assert any(said in message for message in faults(**stack(**moves)))
    assert not any("vanity" in message for message in faults(**stack(read="containment", containment="money")))


def test_no_board_carries_a_vanity_metric() -> None:
    pinned = FUNCTION.replace("[containment]", "[read]")
    assert any("no board carries it" in message for message in faults(about=pinned, **stack()))
    assert not any("no board" in message for message in faults(about=pinned, **stack(read="money")))
    assert not any("no board" in message for message in faults(**stack())), "what nobody pins is only warned of"


def test_changes_of_delivery_say_whether_they_alter_risk() -> None:
    asked = loaded(about="delivery: {load_test: {cases: 50}}\n")
    free = loaded(about="")
    (added,) = changes_between(free, asked)
    (gone,) = changes_between(asked, free)
    assert not added.is_risky and gone.is_risky and gone.direction == "looser"


def test_another_budget_alters_risk_and_another_owner_does_not() -> None:
    before = loaded(about=FUNCTION.replace("title: Tea", "title: Tea, budget: {limit: 1}"))
    after = loaded(about=FUNCTION.replace("title: Tea", "title: Tea, budget: {limit: 2}"))
    (more,) = changes_between(before, after)
    assert more.is_risky and "another budget" in more.words
    (other,) = changes_between(loaded(), loaded(about=FUNCTION.replace("[cancel_order]", "[]")))
    assert not other.is_risky
    (left,) = changes_between(loaded(), loaded(about=""))
    assert "Tea" not in left.words and "is gone" in left.words
