"""systems/*.yaml: how a system of record is reached, and what each of its operations does and needs."""

from typing import Literal

from pydantic import Field

from aboveloop.operation.part import ExpressionText, JsonSchema, Name, Part


class Reach(Part):
    """How a system is reached. Which keys matter depends on `kind`."""

    kind: Literal["mcp", "http", "sql", "python", "recorded", "house"]
    command: list[str] | None = None
    url: str | None = None
    module: str | None = None
    openapi: str | None = None
    headers: dict[str, str] = {}
    env: dict[str, str] = {}
    timeout_seconds: float = Field(default=10, gt=0)
    attempts: int = Field(default=3, ge=1)


class RecordRead(Part):
    """One read that facts need: an operation of the same system with arguments as expressions."""

    read: Name
    with_: dict[Name, ExpressionText] = Field(default={}, alias="with")
    many: ExpressionText | None = None


class FactSource(Part):
    """`agrees_with`: a second source that must say the same; `claimed_by`: the entity by which customers say it."""

    type: Literal["string", "long", "bool", "strings"]
    value: ExpressionText
    optional: bool = False
    agrees_with: ExpressionText | None = None
    claimed_by: Name | None = None


class Proof(Part):
    """A read after a write that shows that the write happened."""

    read: Name
    with_: dict[Name, ExpressionText] = Field(default={}, alias="with")
    holds: ExpressionText


class Undo(Part):
    do: Name
    with_: dict[Name, ExpressionText] = Field(default={}, alias="with")


class Heard(Part):
    """What the customer has to tell before a yes counts: in answer to a question with one of the words in `asked`, or
    unasked in one of the phrases in `said`. `choices` are the phrases that speak for each thing that can be told:
    policies find them in `context.told`, and an argument of the same name must not say otherwise."""

    asked: list[str] = []
    said: list[str] = []
    choices: dict[str, list[str]] = {}


class SystemOperation(Part):
    kind: Literal["read", "write", "generic"]
    description: str = ""
    arguments: dict[str, JsonSchema] = {}
    optional: list[str] = []
    returns: JsonSchema = {}
    touches: list[Literal["customer", "money", "sensitive"]] = []
    missing: str | None = None
    verifies: ExpressionText | None = None
    idempotency: Name | None = None
    resource: ExpressionText | None = None
    amount: ExpressionText | None = None
    pays_back: bool = False
    records: dict[Name, RecordRead] = {}
    owner: ExpressionText | None = None
    obtains: dict[Name, Heard] = {}
    replaces: dict[Name, Name] = {}
    facts: dict[Name, FactSource] = {}
    proof: Proof | None = None
    undo: Undo | None = None
    # What it means for the customer when it was done: an outcome event, in the ledger and in histories.
    outcome: Literal["refunded", "paid"] | None = None
    four_eyes: bool = False
    personalised: bool = False
    says: str | None = None
    statement: str | None = None
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = None
    path: str | None = None


class System(Part):
    system: Name
    title: str = ""
    reach: Reach
    types: dict[str, JsonSchema] = {}
    journal: Name | None = None
    operations: dict[Name, SystemOperation]
