"""A small bakery that sells by post: its operation folder as texts, its till in this process, its house."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from aboveloop.app.desk import Desk
from aboveloop.app.premises import Options, Premises
from aboveloop.connect.errors import RecordMissing, SystemRefused
from aboveloop.connect.systems.systems import Systems
from aboveloop.connect.systems.troubled import Troubles
from aboveloop.durable.inline import InlineTurns
from aboveloop.durable.turns import Again, Done
from aboveloop.govern.approval import Approval
from aboveloop.govern.approvals import Approvals
from aboveloop.govern.lanes import Stage
from aboveloop.govern.people import person_of
from aboveloop.journey import cases, store
from aboveloop.journey.cases import Case, Incoming, Message
from aboveloop.kit.clock import FixedClock
from aboveloop.kit.database import metadata
from aboveloop.kit.settings import Settings
from aboveloop.ledger.entries import Entry
from aboveloop.operation import releases
from aboveloop.operation.loading import load_files
from aboveloop.operation.models import Operation
from aboveloop.operation.names import BUILT_IN_MESSAGES
from aboveloop.operation.system_models import SystemOperation
from aboveloop.understand.reader import FirstReader
from aboveloop.understand.readings import Expectation, Reading
from aboveloop.work.house import Patience
from aboveloop.work.intake import take_in
from aboveloop.work.turn import run_turn

OPENING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA, ANNAS_OTHER, BEN = "anna@mail.example", "anna.at.work@office.example", "ben@mail.example"

ORDER = "{order: {read: get_order, with: {order_id: args.order_id}}}"
IDENTIFIED = """\
  - use: identify
  - id: which
    ask: order_number
    into: order_id
    say: ask_order
    again: ask_order_again
  - id: order
    look_up: till.get_order
    with: {order_id: order_id}
    into: order
    missing: no_such_order
"""
NO_SUCH_ORDER = """\
  - id: no_such_order
    forget: [order_id]
    go: which
"""

FILES: dict[str, str] = {
    "operation.yaml": """\
name: crumb
title: Crumb Bakery
currency: EUR
timezone: Europe/Amsterdam
languages: [en]
channels:
  webchat: {disclosure: "You are chatting with an AI assistant."}
  email: {address: help@crumb.example, disclosure: "An AI assistant wrote this."}
roles:
  clerk: {may: [take_over, reply]}
  refund_approver: {may: [approve]}
  head: {may: [approve, pause, resume, erase]}
people:
  - {id: priya, name: Priya Raman, roles: [clerk, refund_approver], trained: 2026-02-02}
  - {id: rafi, name: Rafi Amar, roles: [clerk, refund_approver], trained: 2026-02-02}
  - {id: tom, name: Tom Berg, roles: [clerk], trained: 2026-02-02}
  - {id: hana, name: Hana Sato, roles: [clerk, head], trained: 2026-02-02}
owners: {operations: priya, business: hana, worker_performance: hana, conversations: priya, escalation: tom,
  policy: hana, kpis: priya, platform: tom, security: tom, legal: hana}
purpose:
  objective: Bread reaches who ordered it.
  success: Nobody writes twice.
  learning: We look at every hand-over on Fridays.
entities:
  order_number: {kind: pattern, pattern: "CR-\\\\d{4}", normalise: [upper]}
  email: {kind: email}
  amount: {kind: money}
  address: {kind: free}
approvals: {expire_after_hours: 24}
answers:
  - {intent: opening_hours, say: opening_hours}
""",
    "intents/all.yaml": """\
- intent: cancel_order
  procedure: cancel_order
  examples: [I want to cancel my order, please cancel order CR-1001, stop my order, cancel it, cancel CR-1002 please]
- intent: refund_order
  procedure: refund_order
  examples: [I want my money back, please refund my order CR-1001, give me a refund, refund 20 EUR for CR-1002]
- intent: track_order
  procedure: track_order
  examples: [where is my order, where is my parcel, track CR-1001, has my bread been sent, when does it arrive]
- intent: move_order
  procedure: move_order
  examples: [send it to another address, change my delivery address, deliver my order somewhere else]
- intent: note_order
  procedure: note_order
  examples: [put a note on my order, write a note for the baker, add a note to CR-1001]
- intent: bake_later
  procedure: bake_later
  examples: [remind me tomorrow, tell me later, come back to me in an hour]
- intent: hidden
  procedure: hidden
  examples: [show me the secret recipe, what is in the sourdough recipe, the secret recipe please]
- intent: invoice
  procedure: invoice
  examples: [send me the invoice, I need a bill, invoice please]
- intent: points
  procedure: points
  examples: [how many loyalty points do I have, my loyalty points, loyalty points please]
- intent: unasked
  procedure: unasked
  examples: [close my loyalty account, remove my loyalty card, end my loyalty account]
- intent: opening_hours
  examples: [when are you open, opening hours, are you open on sunday]
- intent: ingredients
  answer: ingredients
  examples: [is there gluten in it, what is in the bread, allergens]
- intent: complaint
  title: A complaint
  hand_over: true
  examples: [this is a disgrace, I want to complain, your bread is terrible]
- intent: unspeakable
  answer: never_say
  examples: [tell me the forbidden words, say the unspeakable]
- intent: unfillable
  answer: broken
  examples: [tell me the broken words, say what is broken]
""",
    "systems/till.yaml": f"""\
system: till
title: Till
reach: {{kind: mcp, command: ["{{python}}", "-m", "crumb.till"], attempts: 1}}
journal: list_journal
operations:
  list_journal:
    kind: read
    arguments: {{after: {{type: integer}}, limit: {{type: integer}}}}
  identify:
    kind: read
    arguments: {{email: {{type: string}}}}
    verifies: result.customer_id
  get_order:
    kind: read
    arguments: {{order_id: {{type: string}}}}
  get_recipe:
    kind: read
    arguments: {{name: {{type: string}}}}
  get_invoice:
    kind: read
    arguments: {{order_id: {{type: string}}}}
  get_points:
    kind: read
    arguments: {{name: {{type: string}}}}
  cancel_order:
    kind: write
    arguments: {{order_id: {{type: string}}}}
    touches: [customer]
    idempotency: key
    resource: args.order_id
    records: {ORDER}
    owner: order.customer_id
    facts: {{status: {{type: string, value: order.status}}}}
    proof: {{read: get_order, with: {{order_id: args.order_id}}, holds: "record.status == 'cancelled'"}}
    says: "Cancel {{{{ args.order_id }}}}"
  refund_order:
    kind: write
    arguments: {{order_id: {{type: string}}, amount_cents: {{type: integer, minimum: 1}}}}
    touches: [customer, money]
    idempotency: key
    resource: args.order_id
    amount: args.amount_cents
    records: {ORDER}
    owner: order.customer_id
    facts: {{refundable: {{type: long, value: order.paid_cents - order.refunded_cents}}}}
    says: "Refund {{{{ money(args.amount_cents) }}}}"
  move_order:
    kind: write
    arguments: {{order_id: {{type: string}}, address: {{type: string}}}}
    touches: [customer]
    idempotency: key
    resource: args.order_id
    records: {ORDER}
    owner: order.customer_id
  note_order:
    kind: write
    arguments: {{order_id: {{type: string}}, note: {{type: string}}}}
    touches: [customer]
    resource: args.order_id
    records: {ORDER}
    owner: order.customer_id
  close_account:
    kind: write
    arguments: {{name: {{type: string}}}}
    idempotency: key
""",
    "systems/house.yaml": """\
system: house
reach: {kind: house}
operations:
  reply:
    kind: generic
    arguments: {template: {type: string}}
""",
    "policies/all.cedar": "\n".join(
        f'@id("read-{name}") @lane("allowed") @reason("Reading is allowed.")\n'
        f'permit (principal is Worker, action == Action::"till.{name}", resource);'
        for name in ("identify", "get_order", "list_journal")
    )
    + """
@id("read-invoice") @lane("reviewed") @approver("head") @reason("Somebody looks at invoices first.")
permit (principal is Worker, action == Action::"till.get_invoice", resource)
when { context.approved_by.contains("head") };

@id("read-points") @lane("allowed") @reason("Whoever is known may see their points.")
permit (principal is Worker, action == Action::"till.get_points", resource) when { context.verified };

@id("replies") @lane("allowed") @reason("The company's own words may be said.")
permit (principal is Worker, action == Action::"house.reply", resource);

@id("never") @lane("prohibited") @reason("That is never said.")
forbid (principal, action == Action::"house.reply", resource) when { context.args.template == "never_say" };

@id("cancel") @lane("allowed") @reason("Customers may cancel their own orders.")
permit (principal is Worker, action == Action::"till.cancel_order", resource)
when { context.verified && context.confirmed };

@id("cancel-sent") @lane("prohibited") @reason("What has been sent is not cancelled.")
forbid (principal, action == Action::"till.cancel_order", resource) when { context.facts.status == "sent" };

@id("move") @lane("allowed") @reason("Customers say where their orders go.")
permit (principal is Worker, action == Action::"till.move_order", resource)
when { context.verified && context.confirmed };

@id("note") @lane("allowed") @reason("Customers may have a note written.")
permit (principal is Worker, action == Action::"till.note_order", resource)
when { context.verified && context.confirmed };

@id("close") @lane("allowed") @reason("Customers may close their account.")
permit (principal is Worker, action == Action::"till.close_account", resource)
when { context.verified && context.confirmed };

@id("refund-small") @lane("allowed") @reason("Up to 50 EUR is given back at once.")
permit (principal is Worker, action == Action::"till.refund_order", resource)
when { context.verified && context.confirmed && context.args.amount_cents <= 5000 };

@id("refund-large") @lane("reviewed") @approver("refund_approver") @reason("Above 50 EUR a person looks.")
permit (principal is Worker, action == Action::"till.refund_order", resource)
when { context.verified && context.confirmed && context.args.amount_cents <= 20000
  && context.approved_by.contains("refund_approver") };

@id("refund-huge") @lane("reviewed") @approver("refund_approver, head") @reason("Above 200 EUR two people look.")
permit (principal is Worker, action == Action::"till.refund_order", resource)
when { context.verified && context.confirmed && context.approved_by.containsAll(["refund_approver", "head"]) };

@id("refund-beyond") @lane("prohibited") @reason("Never more than was paid.")
forbid (principal, action == Action::"till.refund_order", resource)
when { context.args.amount_cents > context.facts.refundable };
""",
    "procedures/identify.yaml": """\
fragment: identify
steps:
  - id: address
    ask: email
    say: ask_email
  - look_up: till.identify
    with: {email: email}
    into: person
    missing: unknown
  - go: known
  - id: unknown
    hand_over: Nobody has this address.
  - id: known
    set: {name: person.name}
""",
    "procedures/cancel_order.yaml": f"""\
procedure: cancel_order
owner: operations
steps:
{IDENTIFIED}
  - id: offer
    confirm: cancel
    say: confirm_cancel
    if_no: kept
  - id: cancel
    do: till.cancel_order
    with: {{order_id: order.order_id}}
    into: cancelled
    refused: not_possible
  - say: cancel_done
  - end: resolved
  - id: not_possible
    say: cancel_not_possible
  - end: refused
  - id: kept
    say: order_kept
  - end: resolved
{NO_SUCH_ORDER}""",
    "procedures/refund_order.yaml": f"""\
procedure: refund_order
owner: operations
steps:
{IDENTIFIED}
  - ask: amount
    say: ask_amount
  - id: offer
    confirm: refund
    say: confirm_refund
  - id: refund
    do: till.refund_order
    with: {{order_id: order.order_id, amount_cents: amount.minor}}
    into: refunded
  - say: refund_done
  - end: resolved
{NO_SUCH_ORDER}""",
    "procedures/move_order.yaml": f"""\
procedure: move_order
owner: operations
steps:
{IDENTIFIED}
  - ask: address
    say: ask_address
  - id: offer
    confirm: move
    say: confirm_move
  - id: move
    do: till.move_order
    with: {{order_id: order.order_id, address: address}}
  - say: move_done
  - end: resolved
{NO_SUCH_ORDER}""",
    "procedures/note_order.yaml": f"""\
procedure: note_order
owner: operations
steps:
{IDENTIFIED}
  - id: offer
    confirm: note
    say: confirm_note
  - id: note
    do: till.note_order
    with: {{order_id: order.order_id, note: "'please'"}}
  - say: note_done
  - end: resolved
{NO_SUCH_ORDER}""",
    "procedures/track_order.yaml": """\
procedure: track_order
owner: operations
steps:
  - id: which
    ask: order_number
    into: tracked_id
    say: ask_order
  - look_up: till.get_order
    with: {order_id: tracked_id}
    into: tracked
  - say: order_status
  - end: resolved
""",
    "procedures/bake_later.yaml": """\
procedure: bake_later
owner: operations
steps:
  - wait: {hours: 2}
    say: until_later
  - say: it_is_later
  - end: resolved
""",
    "procedures/hidden.yaml": """\
procedure: hidden
owner: operations
steps:
  - look_up: till.get_recipe
    with: {name: "'sourdough'"}
  - end: resolved
""",
    "procedures/invoice.yaml": """\
procedure: invoice
owner: operations
steps:
  - look_up: till.get_invoice
    with: {order_id: "'CR-1001'"}
    into: invoice
  - say: invoice_sent
  - end: resolved
""",
    "procedures/points.yaml": """\
procedure: points
owner: operations
steps:
  - look_up: till.get_points
    with: {name: "'anna'"}
  - end: resolved
""",
    "procedures/unasked.yaml": """\
procedure: unasked
owner: operations
steps:
  - use: identify
  - do: till.close_account
    with: {name: name}
  - end: resolved
""",
    **{
        f"messages/en/{name}.md": f"{text}\n"
        for name, text in {
            **{name: f"({name})" for name in BUILT_IN_MESSAGES},
            "ask_email": "Which address did you order with?",
            "ask_order": "Which order is it?",
            "ask_order_again": "The number begins with CR. Which order is it?",
            "ask_amount": "How much shall it be?",
            "ask_address": "Where shall it go?",
            "confirm_cancel": "Shall I cancel order {{ args.order_id }}?",
            "confirm_refund": "Shall I refund {{ money(args.amount_cents) }} for order {{ args.order_id }}?",
            "confirm_move": "Shall I send {{ args.order_id }} to {{ args.address }}?",
            "confirm_note": "Shall I put a note on {{ args.order_id }}?",
            "cancel_done": "Order {{ order.order_id }} is cancelled.",
            "cancel_not_possible": "It cannot be cancelled any more.",
            "order_kept": "Order {{ order.order_id }} stays.",
            "refund_done": "{{ money(amount.minor) }} are on their way.",
            "move_done": "It goes there.",
            "note_done": "It is noted.",
            "order_status": "Order {{ tracked.order_id }} is {{ tracked.status }}.",
            "until_later": "I come back later.",
            "it_is_later": "It is later.",
            "invoice_sent": "Here it is.",
            "opening_hours": "We are open until six.",
            "ingredients": "Flour, water, salt.",
            "never_say": "Nobody may say this.",
            "broken": "This needs {{ nothing_that_exists }}.",
        }.items()
    },
}
# Who looks at a worker's work, how often, and what good work is: without it no worker serves customers.
OVERSIGHT = "oversight: {reviewer: hana, every_days: 7, good: The customer has what they asked for.}\nsteps:\n"
FILES = {
    path: text.replace("steps:\n", OVERSIGHT, 1) if text.startswith("procedure:") else text
    for path, text in FILES.items()
}


def operation_of(files: Mapping[str, str] = FILES) -> Operation:
    loaded = load_files(files, Path("crumb"))
    assert loaded.operation is not None, "\n".join(str(fault) for fault in loaded.faults)
    return loaded.operation


class Crash(BaseException):
    """The process dies here: nothing in the house may catch this."""


@dataclass
class Till:
    """The bakery's system of record, in this process: performs each key once, keeps a journal, counts every call."""

    people: dict[str, dict[str, str]] = field(default_factory=dict)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any], str | None]] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    journal: list[dict[str, Any]] = field(default_factory=list)
    # Called once, after the operation was carried out or refused and before it answers.
    afterwards: dict[str, Callable[[], object]] = field(default_factory=dict)
    # Operations that are refused, with the words of the refusal.
    refuses: dict[str, str] = field(default_factory=dict)
    # What a write pretends to do.
    lies: bool = False

    def __post_init__(self) -> None:
        for email, name in ((ANNA, "anna"), (ANNAS_OTHER, "anna"), (BEN, "ben")):
            self.people[email] = {"customer_id": f"c_{name}", "name": name.capitalize()}
        for number, owner, paid in ((1001, "anna", 3000), (1002, "anna", 90000), (1003, "ben", 3000)):
            self.add_order(f"CR-{number}", f"c_{owner}", paid)

    def add_order(self, order_id: str, customer_id: str, paid: int, status: str = "placed") -> None:
        self.orders[order_id] = {
            "order_id": order_id, "customer_id": customer_id, "status": status, "paid_cents": paid,
            "refunded_cents": 0, "address": "Mill Lane 1", "notes": 0,
        }  # fmt: skip

    def call(self, operation: str, spec: SystemOperation, args: Mapping[str, Any], *, key: str | None) -> Any:
        self.calls.append((operation, dict(args), key))
        refused = operation in self.refuses
        answer = None if refused else self._carried_out(operation, spec, dict(args), key)
        after = self.afterwards.pop(operation, None)
        if after is not None:
            after()
        if refused:
            raise SystemRefused(f"till.{operation} was refused by the system: {self.refuses[operation]}")
        return json.loads(json.dumps(answer))

    def close(self) -> None:
        return None

    def did(self, operation: str) -> list[dict[str, Any]]:
        """The arguments of every call of `operation`, also of those that changed nothing."""
        return [args for name, args, _ in self.calls if name == operation]

    @property
    def done(self) -> list[str]:
        """The writes that were really carried out, in order."""
        return [line["operation"] for line in self.journal]

    def write_behind(self, operation: str, key: str) -> None:
        """A line of the journal that no worker wrote."""
        self.journal.append({"number": len(self.journal) + 1, "key": key, "operation": operation})

    def _carried_out(self, operation: str, spec: SystemOperation, args: dict[str, Any], key: str | None) -> Any:
        if spec.kind != "write":
            return self._read(operation, args)
        if key is not None and spec.idempotency is not None and key in self.answers:
            return self.answers[key]
        answer = self._write(operation, args)
        self.write_behind(operation, key or "")
        self.answers[key or ""] = answer
        return answer

    def _read(self, operation: str, args: dict[str, Any]) -> Any:
        if operation == "list_journal":
            later = [line for line in self.journal if line["number"] > args["after"]]
            return {"result": later[: args["limit"]]}
        if operation == "get_invoice":
            return {"invoice": "I-1"}
        found = self.people.get(args["email"]) if operation == "identify" else self.orders.get(args["order_id"])
        if found is None:
            raise RecordMissing(f"till.{operation} found no such record.")
        return found

    def _write(self, operation: str, args: dict[str, Any]) -> Any:
        if operation == "close_account":
            return {"closed": args["name"]}
        order = self.orders[args["order_id"]]
        if self.lies:
            return {"order_id": order["order_id"]}
        if operation == "cancel_order":
            if order["status"] != "placed":
                raise SystemRefused("till.cancel_order was refused by the system: it is not placed any more")
            order["status"] = "cancelled"
        elif operation == "refund_order":
            order["refunded_cents"] += args["amount_cents"]
        elif operation == "move_order":
            order["address"] = args["address"]
        else:
            order["notes"] += 1
        return {"order_id": order["order_id"]}


class ScriptedReader:
    """Understands messages as the first reader does, but for those whose reading a test has set."""

    def __init__(self, operation: Operation) -> None:
        self._first = FirstReader.fit(operation)
        self.set: dict[str, dict[str, Any]] = {}
        self.breaks_on: str | None = None

    def read(self, text: str, *, expecting: Expectation | None = None, now: datetime | None = None) -> Reading:
        if self.breaks_on is not None and text == self.breaks_on:
            raise RuntimeError("the reader fell over")
        if text in self.set:
            given: dict[str, Any] = {"intent": "out_of_scope", "confidence": 0.1, **self.set[text]}
            return Reading(text=text, language="en", language_confidence=1.0, **given)
        return self._first.read(text, expecting=expecting, now=now)

    def value(self, entity: str, written: str, *, now: datetime | None = None, language: str | None = None) -> Any:
        return self._first.value(entity, written, now=now, language=language)


class Bakery(Premises):
    """The house of the bakery on a clock that stands still: its till fails when told to, its turns run when told to."""

    def __init__(
        self,
        home: Path,
        url: str,
        operation: Operation,
        *,
        stage: Stage = Stage.SUPERVISED,
        patience: Patience | None = None,
    ) -> None:
        self.clock = FixedClock(OPENING)
        self.turns = InlineTurns(self.clock)
        self.till = Till()
        self.troubles = Troubles()
        self.operation = operation
        self.reader = ScriptedReader(operation)
        self._opened = Systems(
            operation, home, ports={"till": self.till}, troubles=self.troubles, pause=lambda _seconds: None
        )
        options = Options(clock=self.clock, stage=stage, patience=patience or Patience())
        super().__init__(Settings(home=home, database_url=url), options, turns=self.turns)

    def open(self) -> None:
        """Make the tables and put the operation to work."""
        self.prepare()
        with self.database.write() as tx:
            made = releases.create_release(
                tx, self.operation, ledger=self.ledger, by="house", note="For tests.", now=OPENING
            )
            releases.deploy(tx, made, ledger=self.ledger, by="house", now=OPENING)

    def operation_of(self, digest: str) -> Operation:
        return self.operation if digest == self.operation.digest else super().operation_of(digest)

    def systems_of(self, operation: Operation) -> Systems:
        return self._opened

    def reader_of(self, operation: Operation) -> ScriptedReader:  # type: ignore[override]
        return self.reader

    # --- what happens ------------------------------------------------------------------------

    def hand_in(self, text: str, address: str = ANNA, channel: str = "webchat", foreign_id: str | None = None) -> str:
        """A message arrives; its turn has not run yet. Returns its id."""
        return take_in(self.house, Incoming(channel, address, text, foreign_id)).message_id

    def write(self, *texts: str, address: str = ANNA, channel: str = "webchat") -> Case:
        """A customer writes these messages one after the other; the case of the last as it stands then."""
        message = ""
        for text in texts:
            message = self.hand_in(text, address, channel)
            self.run_due()
        return self.case_of(message)

    def run_due(self) -> int:
        return self.turns.run_due(self.turn)

    def turn(self, lane: str, stimulus: str) -> Done | Again:
        return run_turn(self.house, lane, stimulus)

    def advance(self, **by: float) -> None:
        """Let time pass, stopping wherever something is due on the way."""
        until = self.clock.now() + timedelta(**by)
        while (due := self.turns.next_due) is not None and due <= until:
            self.clock.advance(max(due - self.clock.now(), timedelta(0)))
            self.run_due()
        self.clock.advance(until - self.clock.now())

    def desk(self, person: str = "priya") -> Desk:
        return Desk(self, person_of(self.operation, person))

    # --- what is so --------------------------------------------------------------------------

    def case(self, case_id: str) -> Case:
        with self.database.read() as reader:
            return cases.get(reader, case_id)

    def case_of(self, message_id: str) -> Case:
        with self.database.read() as reader:
            row = store.message(reader, message_id)
            assert row is not None
            return cases.get(reader, row.case_id)

    def all_cases(self) -> list[Case]:
        """Oldest first."""
        with self.database.read() as reader:
            return sorted(cases.list_cases(reader, limit=1000), key=lambda case: case.id)

    def messages(self, case: Case) -> list[Message]:
        with self.database.read() as reader:
            return cases.messages_of(reader, case.id)

    def said(self, case: Case) -> list[str | None]:
        """The templates of everything that was told to the customer, in order."""
        return [message.template for message in self.messages(case) if message.direction == "out"]

    def unhandled(self, case: Case) -> list[str]:
        with self.database.read() as reader:
            return [message.text for message in cases.messages_of(reader, case.id, unhandled=True)]

    def entries(self, case: Case | str) -> list[Entry]:
        with self.database.read() as reader:
            return self.ledger.entries(reader, case if isinstance(case, str) else case.id)

    def kinds(self, case: Case | str) -> list[str]:
        return [entry.kind for entry in self.entries(case)]

    def approvals(self, case: Case) -> list[Approval]:
        with self.database.read() as reader:
            return Approvals(self.ledger, timedelta(0)).of_case(reader, case.id)

    def approval(self, case: Case) -> Approval:
        """The one that waits."""
        (waiting,) = [each for each in self.approvals(case) if each.state == "waiting"]
        return waiting

    def effects(self) -> Sequence[sa.Row[Any]]:
        with self.database.read() as reader:
            return reader.all(sa.select(metadata.tables["effects"]))

    def verifies(self) -> bool:
        with self.database.write() as tx:
            self.ledger.checkpoint(tx, self.clock.now())
        with self.database.read() as reader:
            return self.ledger.verify(reader).ok

    def holding(self, text: str) -> list[str]:
        """The tables in any cell of which `text` stands."""
        found = []
        with self.database.read() as reader:
            for name, table in metadata.tables.items():
                rows = reader.all(sa.select(table)) if name not in ("release_files",) else ()
                if any(text in _plain(cell) for row in rows for cell in row):
                    found.append(name)
        return sorted(found)


def _plain(cell: object) -> str:
    return cell.decode("latin-1") if isinstance(cell, bytes) else str(cell)


def one_line(pattern: str, lines: Sequence[str]) -> bool:
    return sum(bool(re.search(pattern, line)) for line in lines) == 1
