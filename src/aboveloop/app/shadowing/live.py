"""Live cases of procedures in stage shadow: what the worker would have done, beside how the person then ended it."""

from collections import defaultdict
from collections.abc import Iterator

from aboveloop.app.premises import Premises
from aboveloop.app.shadowing.beside import Worked, Would
from aboveloop.app.shadowing.past import Past
from aboveloop.journey import cases
from aboveloop.journey.cases import Case, Message
from aboveloop.journey.errors import CaseNotFound
from aboveloop.kit.clock import to_micros
from aboveloop.kit.database import Reader
from aboveloop.operation.changes.basis import basis_of

_SHADOWED = "ActionShadowed"


def live_cases(premises: Premises, reader: Reader) -> list[tuple[Past, Worked]]:
    """Every case in which an action was decided and not performed, and that people have ended since; oldest first."""
    would: defaultdict[str, list[Would]] = defaultdict(list)
    for entry in premises.ledger.find(reader, kind=_SHADOWED):
        would[entry.case_id].append(Would(str(entry.body["operation"]), str(entry.body["lane"])))
    found = list(_ended(premises, reader, would))
    return sorted(found, key=lambda pair: (pair[0].opened_at, pair[0].case_id))


def _ended(premises: Premises, reader: Reader, would: dict[str, list[Would]]) -> Iterator[tuple[Past, Worked]]:
    for case_id, actions in would.items():
        try:
            case = cases.get(reader, case_id)
        except CaseNotFound:
            # Its time to be kept has ended; the ledger keeps its chain.
            continue
        if case.outcome is None or case.handed_over_at is None or case.resolved_at is None:
            continue
        basis = basis_of(premises.operation_of(case.release), case.procedure or "")
        yield _past(case, cases.messages_of(reader, case_id)), _worked(case, actions, basis)


def _past(case: Case, messages: list[Message]) -> Past:
    assert case.handed_over_at is not None and case.resolved_at is not None, "it was given to people, who ended it"
    spoken = [each.at for each in messages if each.author.startswith("person:")]
    first = min(spoken, default=None)
    return Past(
        case_id=case.id,
        opened_at=to_micros(case.opened_at),
        channel=case.channel,
        said=(),
        touches=len(spoken),
        first_reply=None if first is None else (first - case.handed_over_at).total_seconds(),
        solved=(case.resolved_at - case.handed_over_at).total_seconds(),
        ended=case.outcome or "",
    )


def _worked(case: Case, actions: list[Would], basis: str) -> Worked:
    because, procedure = case.handed_over_because or "", case.procedure or ""
    return Worked(
        case.id, case.intent or "", procedure, tuple(actions), "", because, 0, None, release=case.release, basis=basis
    )
