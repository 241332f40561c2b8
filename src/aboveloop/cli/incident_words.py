"""How an incident is told on a terminal."""

from collections.abc import Sequence

from aboveloop.app.incident_gate import RuleTest
from aboveloop.app.incidents import IncidentView
from aboveloop.cli.output import counted, line
from aboveloop.govern.incidents.incident import Incident, Step
from aboveloop.kit.clock import iso
from aboveloop.kit.money import Money


def print_list(found: Sequence[Incident]) -> None:
    for each in found:
        done = sum(1 for step in Step if each.done_at(step) is not None)
        state = "closed" if not each.is_open else f"{done} of 5 steps"
        line(f"{each.id}  {each.severity:8} {state:12} {each.title}")
    if not found:
        line("There was no incident yet.")


def print_incident(view: IncidentView, currency: str) -> None:
    """The steps, who is affected by how much, what is proposed, and the timeline."""
    incident = view.incident
    line(f"{incident.id}: {incident.title} ({incident.severity}, {'open' if incident.is_open else 'closed'})")
    line(f"  commander {incident.commander}, security {incident.security}, communications {incident.communications}")
    for step in Step:
        at = incident.done_at(step)
        line(f"  {step:10} {iso(at) if at else '-'}")
    line(f"  {counted(len(view.touched), 'action')} touched, {counted(len(view.customers), 'customer')} affected")
    for each in view.affected:
        wrong = each.wrong_amount
        much = f"{Money(wrong, currency)} too much" if wrong is not None else str(each.verdict)
        line(f"    {each.key}  {each.operation}  {much}: {each.because}")
    for repair in view.repairs:
        line(f"    {repair.kind:12} {repair.state:8} {repair.approval_id or '-'}  {repair.because}".rstrip())
    if view.unsettled and incident.contained_at:
        line(f"  {counted(len(view.unsettled), 'wrong action')} not settled yet")
    for entry in view.timeline:
        line(f"  {iso(entry.at)}  {entry.actor:20} {entry.kind}")


def print_test(found: RuleTest) -> None:
    line(f"The rule change holds: {found.cases.judged} of the incident's own cases judged anew, none wrong again.")
    line(f"Changed: {', '.join(found.rules)}.")
    if found.cases.no_longer:
        line(f"{counted(len(found.cases.no_longer), 'action')} that were right would not be done any more.")
    if found.unplayed:
        line(f"The scenario could not be played: {found.unplayed}")
