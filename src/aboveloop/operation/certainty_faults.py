"""Certainty: that what asks for more of it exists, and that a claim is an entity that customers can say."""

from collections.abc import Iterator

from aboveloop.operation.expression_faults import suggestion
from aboveloop.operation.faults import Fault
from aboveloop.operation.models import Operation
from aboveloop.operation.places import Places


def certainty_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """Everything that is wrong with thresholds of confidence and with claims."""
    understanding = operation.about.understanding
    actions = {f"{system}.{name}" for system, each in operation.systems.items() for name in each.operations}
    for kind, known, asked in (
        ("procedures", set(operation.procedures), understanding.procedures),
        ("operations", actions, understanding.operations),
    ):
        for name, least in asked.items():
            place = places.at("operation", "", "understanding", kind, name)
            if name not in known:
                yield place.fault(f"There is no `{name}` among the {kind}.{suggestion(name, known)}")
            elif least < understanding.minimum_confidence:
                least_of_all = understanding.minimum_confidence
                yield place.fault(f"`{name}` asks for {least}; only more than {least_of_all} can be asked for.")
    for system, each in operation.systems.items():
        for called, spec in each.operations.items():
            for fact, source in spec.facts.items():
                if source.claimed_by is not None and source.claimed_by not in operation.about.entities:
                    place = places.at("system", system, "operations", called, "facts", fact, "claimed_by")
                    near = suggestion(source.claimed_by, operation.about.entities)
                    yield place.fault(f"There is no entity `{source.claimed_by}`.{near}")
