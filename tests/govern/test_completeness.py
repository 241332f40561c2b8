"""What is there around a worker counts, what is not is named with the place to write it."""

from typing import Any

from aboveloop.govern.completeness import Completeness, completeness, share, steps_within
from aboveloop.operation.models import Fragment, Operation, Procedure
from govern.corner import ABOUT, build_operation


def of(operation: Operation, name: str) -> Completeness:
    (found,) = [each for each in completeness(operation) if each.procedure == name]
    return found


def bare(**procedure: Any) -> Operation:
    """The shop with one procedure, and nothing around it."""
    made = Procedure.model_validate({"procedure": "cancel_order", "steps": [], **procedure})
    return build_operation(**ABOUT).model_copy(
        update={"procedures": {"cancel_order": made}, "policy_tests": [], "kpis": {}, "charters": {}, "outcomes": {}}
    )


def test_a_procedure_with_nothing_around_it_lacks_nearly_everything() -> None:
    found = of(bare(), "cancel_order")
    assert share(found.governance) == 0.25, "a worker that writes nothing has no write untried"
    assert share(found.instrumentation) == 0 and share(found.ownership) == 0
    assert any("procedures/cancel_order.yaml" in item.mend for item in found.missing)


def test_what_is_written_down_counts() -> None:
    oversight = {"reviewer": "noor", "every_days": 7, "good": "Done at once."}
    before = of(bare(), "cancel_order")
    after = of(bare(oversight=oversight, owner="noor"), "cancel_order")
    assert len(after.missing) == len(before.missing) - 3


def test_steps_of_fragments_count_and_a_fragment_that_uses_itself_ends() -> None:
    loop = Fragment.model_validate({"fragment": "loop", "steps": [{"say": "hello"}, {"use": "loop"}]})
    operation = bare(steps=[{"use": "loop"}]).model_copy(update={"fragments": {"loop": loop}})
    assert len(list(steps_within(operation, operation.procedures["cancel_order"].steps))) == 3
