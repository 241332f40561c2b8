"""Outcomes to begin a charter with, each wired to what counts it and to a target: without a number it is none."""

from collections.abc import Mapping
from dataclasses import dataclass

from aboveloop.operation.charters import Bucket, Measured
from aboveloop.operation.outcome_words import TEMPLATES


@dataclass(frozen=True)
class Wired:
    """An outcome, what it is counted by, the change that it promises (a share of the before), and where value lies.

    The events are called as help desks and payment systems usually call them; a history may call them otherwise.
    """

    outcome: str
    measure: Measured
    change: float
    bucket: Bucket


def _time(*events: str) -> Measured:
    return Measured(statistic="median", of="seconds", events=list(events))


def _share(*events: str) -> Measured:
    return Measured(statistic="share", of="has", events=list(events))


WIRED: Mapping[str, Wired] = {
    "handle_time": Wired(TEMPLATES["handle_time"], _time("solved", "closed"), -0.15, "cost"),
    "first_response": Wired(TEMPLATES["first_response"], _time("person_message"), -0.3, "experience"),
    "chargebacks": Wired(TEMPLATES["chargebacks"], _share("chargeback", "dispute"), -0.2, "risk"),
    "on_time": Wired(TEMPLATES["on_time"], _share("delivered_on_time"), 0.05, "experience"),
    "collections": Wired(TEMPLATES["collections"], _share("paid"), 0.1, "revenue"),
    "invoice_exceptions": Wired(TEMPLATES["invoice_exceptions"], _time("exception_settled"), -0.25, "cost"),
}
