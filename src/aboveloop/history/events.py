"""The one event model: what happened to a case, one row each, whether imported, read from a log or our own.

Other rooms write and read these rows; `history.store` keeps them, `history.our_own` makes them from the ledger.
"""

from collections.abc import Mapping
from json.encoder import encode_basestring as _quoted
from typing import Any, NamedTuple

from aboveloop.kit.canonical import canonical

# Of the source that is our own work.
LEDGER = "ledger"

# What a help desk's history is told in. A new value stands in the attributes: {"status": "pending", "from": "open"}.
HELP_DESK = (
    "opened",
    "customer_message",
    "person_message",
    "note",
    "assigned",
    "status_changed",
    "priority_changed",
    "tagged",
    "field_changed",
    "solved",
    "closed",
    "reopened",
    "rated",
    "merged",
)

# What our own work adds to those words.
OWN = (
    "worker_message",
    "house_message",
    "handed_over",
    "taken",
    "given_back",
    "refused",
    "action_decided",
    "action_refused",
    "action_performed",
    "action_rejected",
    "action_uncertain",
    # What a write that was performed means for the customer: an outcome, beside the activity of performing it.
    "refunded",
    "paid",
    "approval_requested",
    "approved",
    "denied",
)

NO_ATTRIBUTES = "{}"
# Below it, names sort by code point as canonical JSON sorts them.
_FIRST_SURROGATE = "\ud800"


class Event(NamedTuple):
    """One row. `at` is microseconds since 1970 in UTC, `position` the order in the source, which breaks ties.

    `team` is the assigned group and `attributes` canonical JSON of an object. The names are those of the columns in
    Parquet and in DuckDB: `source`, `case_id`, `activity`, `attributes` VARCHAR, `at`, `position` BIGINT, the rest
    VARCHAR that may be null.
    """

    source: str
    case_id: str
    activity: str
    at: int
    position: int
    who: str | None = None
    team: str | None = None
    channel: str | None = None
    attributes: str = NO_ATTRIBUTES


COLUMNS = Event._fields


def attributes_of(values: Mapping[str, Any]) -> str:
    """What `attributes` holds: canonical JSON, `{}` where there is nothing to say."""
    if not values:
        return NO_ATTRIBUTES
    # Texts alone, as in nearly every row of millions, are written by hand: the same, five times faster.
    if all(type(each) is str for each in values.values()):
        text = ",".join([f"{_quoted(name)}:{_quoted(values[name])}" for name in sorted(values)])
        if text.isascii() or max(text) < _FIRST_SURROGATE:
            return f"{{{text}}}"
    return canonical(dict(values)).decode()
