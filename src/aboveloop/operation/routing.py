"""routing.yaml: which messages go to people, to whom among them, and how soon; from above, the first rule that fits."""

from typing import Literal

from pydantic import Field

from aboveloop.operation.part import Name, Part

Priority = Literal["urgent", "high", "normal", "low"]
# What comes first of what waits: the smaller the sooner.
URGENCY: dict[Priority, int] = {"urgent": 0, "high": 1, "normal": 2, "low": 3}
# `usual`: who answers is left to everything else; the rule only says where the case stands if people get it.
Destination = Literal["usual", "people", "aside"]
Flag = Literal["threat", "legal", "self_harm", "injection", "angry", "urgent", "wants_person"]
# What machines send: reports about mail, automatic replies, lists and bulk, and addresses that nobody reads.
Automatic = Literal["report", "reply", "bulk", "no_reply"]
# `came_back`: a case of theirs ended within a week.
Customers = Literal["new", "returning", "came_back"]
# What is known of a message before it is read.
AT_THE_DOOR = frozenset({"channels", "words", "subject", "senders", "attachments", "automatic", "open"})
MAIL = "email"


class When(Part):
    """What a rule asks: everything that is named must hold, and of a list one is enough. `words` stand in the subject
    or the text, `subject` in the subject; `rechnung*` is the beginning of a word. `senders` are addresses, or domains
    with what is below them. `open`: within the working hours."""

    intents: list[Name] = []
    flags: list[Flag] = []
    languages: list[str] = []
    channels: list[Name] = []
    customers: list[Customers] = []
    words: list[str] = []
    subject: list[str] = []
    senders: list[str] = []
    attachments: bool | None = None
    automatic: list[Automatic] = []
    understood: bool | None = None
    open: bool | None = None

    @property
    def asked(self) -> tuple[str, ...]:
        """The names of what is asked, in their order."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) not in ([], None))


class RoutingRule(Part):
    """`queue` is the first one where none is named."""

    rule: Name
    title: str = ""
    when: When = When()
    to: Destination = "usual"
    queue: Name | None = None
    priority: Priority = "normal"

    @property
    def called(self) -> str:
        return self.title or self.rule.replace("_", " ")


class Queue(Part):
    """`roles`: whose work it is. Who may take a case over may take any."""

    queue: Name
    title: str = ""
    roles: list[Name] = Field(min_length=1)

    @property
    def called(self) -> str:
        return self.title or self.queue.replace("_", " ")


class Routing(Part):
    """The first queue takes what no rule names another for."""

    queues: list[Queue] = []
    rules: list[RoutingRule] = []

    @property
    def usual_queue(self) -> str:
        return self.queues[0].queue if self.queues else ""

    def queue_of(self, rule: RoutingRule | None) -> str:
        return (rule.queue if rule is not None else None) or self.usual_queue

    def queue_title(self, name: str) -> str:
        return next((each.called for each in self.queues if each.queue == name), name.replace("_", " "))

    def find(self, name: str) -> RoutingRule | None:
        return next((each for each in self.rules if each.rule == name), None)
