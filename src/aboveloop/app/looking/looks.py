"""Every look at what is personal stands in the ledger, on the chain of its case, before anything is shown.

One entry for each person, case and hour: a page that keeps itself fresh is one look, not a hundred.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveloop.app.looking import store
from aboveloop.app.looking.store import Wanted
from aboveloop.app.premises import Premises
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.ledger.entries import HOUSE, Draft

# In one sitting nobody looks through more; further pages are further looks.
LISTED = 200


@dataclass(frozen=True)
class Looker:
    """Who looks and through which door: `console`, `api`, `command line`. `account` is the machine's name of somebody
    at the keyboard whom the operation does not know."""

    actor: str
    through: str
    account: str = ""

    @property
    def who(self) -> str:
        return self.actor if not self.account else f"account:{self.account}"


@dataclass(frozen=True)
class Look:
    """Somebody looked: `who` is person:ID, or account:NAME for who commands the machine."""

    who: str
    case_id: str
    at: datetime
    through: str
    what: str

    def as_json(self) -> dict[str, Any]:
        return {"who": self.who, "case": self.case_id, "at": iso(self.at), "through": self.through, "what": self.what}


def note(premises: Premises, looker: Looker, customers: Mapping[str, str], what: str) -> int:
    """Write down that somebody looks at these cases (`customers`: the customer of each). Returns how many are new.

    Call it before what is personal is shown: where it cannot be written down, nothing is shown.
    """
    now = premises.house.clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    with premises.database.read() as reader:
        seen = store.looked_at(reader, looker.who, customers, hour) if customers else frozenset()
    fresh = sorted(customers.keys() - seen)
    if not fresh:
        return 0
    body = {"through": looker.through, "what": what} | ({"account": looker.account} if looker.account else {})
    with premises.database.write() as tx:
        values = {"who": looker.who, "hour": hour, "at": now, "through": looker.through, "what": what}
        new = [case for case in fresh if store.insert_look(tx, {**values, "case_id": case})]
        actor = looker.actor if not looker.account else HOUSE
        drafts = [
            Draft(case, "PersonalDataRead", now, actor, body, customer_id=customers[case] or None) for case in new
        ]
        premises.ledger.append_many(tx, drafts)
    return len(new)


def looks(reader: Reader, *, who: str | None = None, case: str | None = None, offset: int = 0) -> list[Look]:
    """The latest first, at most LISTED; of one person or at one case where named."""
    rows = store.find_looks(reader, Wanted(who, case), limit=LISTED, offset=offset)
    return [Look(row.who, row.case_id, row.at, row.through, row.what) for row in rows]


def count(reader: Reader, *, who: str | None = None, case: str | None = None) -> int:
    return store.count_looks(reader, Wanted(who, case))
