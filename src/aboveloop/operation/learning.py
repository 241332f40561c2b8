"""How an operation learns from what was said (`learning` in operation.yaml), and what it has learned (learned.yaml)."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from aboveloop.operation.part import Name, Part, Share


class Learning(Part):
    """`customers_words`: a corrected message becomes an example where the customer agreed that models learn from it
    (`consented`), or with everything personal masked (`masked`). `weak_labels`: what was read and ended well counts as
    read rightly, too. `every_night_at`: when the house looks what it could learn (`02:30`, in its time zone).
    `error_cap`: the share of wrong readings that automation may have; what a reader promises is compared under it."""

    customers_words: Literal["consented", "masked"] = "consented"
    weak_labels: bool = False
    every_night_at: str | None = Field(default=None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    error_cap: Share = 0.02


class LearnedExample(Part):
    """An example that came from a correction (`source`: the entry that holds it), with why it may be used. `weak`:
    nobody said so; the case ended well."""

    text: str = Field(min_length=1)
    intent: Name
    source: str = Field(min_length=1)
    basis: Literal["written", "generated", "licensed", "consented", "masked"]
    recorded_at: datetime
    consent: str | None = None
    weak: bool = False
