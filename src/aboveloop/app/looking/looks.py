"""Every look at what is personal stands in the ledger, on the chain of its case, before anything is shown.

One entry for each person, case and hour: a page that keeps itself fresh is one look, not a hundred.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.app.looking import doors, store
from aboveloop.app.looking.store import Wanted
from aboveloop.app.premises import Premises
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.ledger.entries import HOUSE, Draft

# In one sitting nobody looks through more; further pages are further looks.
LISTED = 200
# How ids of customers begin.
CUSTOMER = "cus_"


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
    """Somebody looked: `who` is person:ID, or account:NAME for who commands the machine. What they looked at is of one
    case, or of a customer as such (what they agreed to, asked for): then `customer_id` is named and `case_id` is ""."""

    who: str
    case_id: str
    customer_id: str
    at: datetime
    through: str
    what: str

    def as_json(self) -> dict[str, Any]:
        return {"who": self.who, "case": self.case_id or None, "customer": self.customer_id or None} | {
            "at": iso(self.at),
            "through": self.through,
            "what": self.what,
        }


def note(premises: Premises, looker: Looker, customers: Mapping[str, str], what: str) -> int:
    """Write down that somebody looks at these cases (`customers`: the customer of each; or a customer with themselves,
    for what is of no case). Returns how many are new.

    Call it before what is personal is shown: where it cannot be written down, nothing is shown.
    """
    doors.told()
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
        premises.ledger.append_many(tx, [_draft(each, customers[each], now, actor, body) for each in new])
    return len(new)


def looks(reader: Reader, *, who: str | None = None, case: str | None = None, offset: int = 0) -> list[Look]:
    """The latest first, at most LISTED; of one person or at one case where named."""
    rows = store.find_looks(reader, Wanted(who, case), limit=LISTED, offset=offset)
    return [_look(row) for row in rows]


def count(reader: Reader, *, who: str | None = None, case: str | None = None) -> int:
    return store.count_looks(reader, Wanted(who, case))


def _draft(subject: str, customer: str, now: datetime, actor: str, body: Mapping[str, Any]) -> Draft:
    """The entry of one look: on the chain of its case, or of the house for a customer as such."""
    if subject.startswith(CUSTOMER):
        return Draft(HOUSE, "PersonalDataRead", now, actor, {**body, "customer": subject}, customer_id=customer or None)
    return Draft(subject, "PersonalDataRead", now, actor, dict(body), customer_id=customer or None)


def _look(row: Row[Any]) -> Look:
    is_customer = row.case_id.startswith(CUSTOMER)
    case, customer = ("", row.case_id) if is_customer else (row.case_id, "")
    return Look(row.who, case, customer, row.at, row.through, row.what)
