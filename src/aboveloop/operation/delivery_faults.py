"""KPIs, functions, courses and edge cases: that they speak of people, procedures and measures which exist."""

from collections.abc import Iterator

from aboveloop.operation.delivery import Course, Function, Kpi, is_above, is_vanity
from aboveloop.operation.expression_faults import suggestion
from aboveloop.operation.faults import Fault
from aboveloop.operation.models import Operation
from aboveloop.operation.places import Places

# The unit that each measure comes in; what is not named here is a share.
SECONDS = frozenset({"handling_time", "approval_wait"})


def delivery_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """Everything that is wrong in them."""
    for kpi in operation.kpis.values():
        yield from _kpi_faults(operation, kpi, places)
    for name, function in operation.about.functions.items():
        yield from _function_faults(operation, name, function, places)
    for course in operation.courses.values():
        yield from _course_faults(operation, course, places)
    yield from _edge_faults(operation, places)


def _kpi_faults(operation: Operation, kpi: Kpi, places: Places) -> Iterator[Fault]:
    known = [person.id for person in operation.about.people]
    if kpi.owner not in known:
        place = places.at("kpi", kpi.kpi, "owner")
        yield place.fault(f"There is no person `{kpi.owner}`.{suggestion(kpi.owner, known)}")
    unit = "seconds" if kpi.measure in SECONDS else "share"
    if kpi.measure is not None and kpi.unit != unit:
        place = places.at("kpi", kpi.kpi, "unit")
        yield place.fault(f"The measure {kpi.measure} comes as `{unit}`, not as `{kpi.unit}`.")
    if kpi.unit == "share" and not 0 <= kpi.target <= 1:
        yield places.at("kpi", kpi.kpi, "target").fault("A share lies from 0 to 1: write 0.7 for 70 %.")
    for index, name in enumerate(kpi.moves):
        place, above = places.at("kpi", kpi.kpi, "moves", index), operation.kpis.get(name)
        if above is None:
            yield place.fault(f"There is no KPI `{name}` in kpis.yaml.{suggestion(name, operation.kpis)}")
        elif not is_above(above, kpi):
            yield place.fault(
                f"`{kpi.kpi}` ({kpi.level}) cannot move `{name}` ({above.level}): what is moved stands on a higher"
                " level."
            )
    if is_vanity(kpi, operation.kpis):
        yield places.at("kpi", kpi.kpi, "level").warning(
            f"`{kpi.kpi}` measures a model and moves nothing of the business: a vanity metric. Say which KPI it moves"
            " (`moves`), up to one of the business."
        )


def _function_faults(operation: Operation, name: str, function: Function, places: Places) -> Iterator[Fault]:
    known = [person.id for person in operation.about.people]
    if function.owner not in known:
        place = places.at("operation", "", "functions", name, "owner")
        yield place.fault(f"There is no person `{function.owner}`.{suggestion(function.owner, known)}")
    for index, procedure in enumerate(function.procedures):
        if procedure not in operation.procedures:
            place = places.at("operation", "", "functions", name, "procedures", index)
            yield place.fault(f"There is no procedure `{procedure}`.{suggestion(procedure, operation.procedures)}")
    for index, kpi in enumerate(function.kpis):
        if kpi not in operation.kpis:
            place = places.at("operation", "", "functions", name, "kpis", index)
            yield place.fault(f"There is no KPI `{kpi}` in kpis.yaml.{suggestion(kpi, operation.kpis)}")
        elif is_vanity(operation.kpis[kpi], operation.kpis):
            place = places.at("operation", "", "functions", name, "kpis", index)
            yield place.fault(
                f"`{kpi}` measures a model and moves nothing of the business, so no board carries it: name what it"
                " moves in kpis.yaml (`moves`)."
            )
    for index, action in enumerate(function.budget.operations if function.budget else ()):
        if operation.system_operation(action) is None:
            place = places.at("operation", "", "functions", name, "budget", "operations", index)
            yield place.fault(f"There is no operation `{action}`.")


def _course_faults(operation: Operation, course: Course, places: Places) -> Iterator[Fault]:
    roles = operation.about.roles
    for index, role in enumerate(course.roles):
        if role not in roles:
            place = places.at("course", course.course, "roles", index)
            yield place.fault(f"There is no role `{role}`.{suggestion(role, roles)}")
    for index, question in enumerate(course.questions):
        if question.right not in question.answers:
            place = places.at("course", course.course, "questions", index, "right")
            yield place.fault(f"The right answer `{question.right}` is none of the answers.")


def _edge_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """What is asked for and is not there would keep every release from customers, so it is said early."""
    floor = operation.about.delivery.edge_cases
    if floor is None:
        return
    marked = [scenario.edge for scenario in operation.scenarios.values() if scenario.edge is not None]
    place = places.at("operation", "", "delivery", "edge_cases")
    if len(marked) < floor.minimum:
        yield place.warning(
            f"{len(marked)} scenarios are marked as edge cases (`edge`), and {floor.minimum} are asked."
        )
    missing = [kind for kind in floor.kinds if kind not in marked]
    if missing:
        yield place.warning(f"No scenario is an edge case of the kind {', '.join(missing)}.")
