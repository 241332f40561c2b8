"""outcomes.yaml: what must still be so some time after a case has ended, read again from the systems of record."""

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from aboveloop.operation.part import ExpressionText, Name, OperationName, Part


class After(Part):
    """How long after the end of the case: exactly one of these."""

    minutes: float | None = Field(default=None, gt=0)
    hours: float | None = Field(default=None, gt=0)
    days: float | None = Field(default=None, gt=0, le=366)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.minutes, self.hours, self.days)) != 1:
            raise ValueError("say one of minutes, hours and days")
        return self

    @property
    def span(self) -> timedelta:
        return timedelta(minutes=self.minutes or 0, hours=self.hours or 0, days=self.days or 0)


class OutcomeRead(Part):
    """One record that is read again."""

    read: OperationName
    with_: dict[Name, ExpressionText] = Field(default={}, alias="with")


class Outcome(Part):
    """One promise. It is checked for each write `of` an operation that the case did, or once for a case of one of these
    `procedures` (of any, where none is named) that ended resolved. `about` is what a later case has to name to count in
    `again`; `owner` is the duty whose holder answers for a breach; `pages` calls who is on call."""

    outcome: Name
    title: str = Field(min_length=1)
    of: OperationName | None = None
    procedures: list[Name] = []
    after: After
    records: dict[Name, OutcomeRead] = {}
    facts: dict[Name, ExpressionText] = {}
    about: ExpressionText | None = None
    holds: ExpressionText
    owner: Name = "policy"
    pages: Literal["low", "high"] | None = None
