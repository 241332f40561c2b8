"""The four questions about a case, for every door: asked of the ledger, answered by the release that decided."""

from typing import Any

from aboveloop.app.premises import Premises
from aboveloop.journey.cases import Case
from aboveloop.kit.database import Reader
from aboveloop.operation import releases
from aboveloop.work.account import Account, account
from aboveloop.work.answers import answers


def answered(premises: Premises, reader: Reader, case: Case) -> tuple[Account, dict[str, Any]]:
    """The account of a case and its answers: which version, on what facts, who approved, what after, who answers."""
    told = account(reader, premises.ledger, case)
    name = releases.find_release(reader, case.release).name
    return told, answers(told, premises.operation_of(case.release), release_name=name)
