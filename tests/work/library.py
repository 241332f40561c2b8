"""A small library that lends and sells books: its operations, its records, and conversations with its members."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aboveloop.govern.actions import Action, Principal
from aboveloop.operation.models import Operation, OperationFile
from aboveloop.operation.system_models import Reach, System, SystemOperation
from aboveloop.work.transcript import Answered, Said, Transcript

OPERATIONS = {
    "find_member": {"kind": "read", "verifies": "result", "arguments": {"email": {"type": "string"}}},
    "get_loan": {"kind": "read", "arguments": {"loan_id": {"type": "string"}}},
    "get_member": {"kind": "read", "arguments": {"member_id": {"type": "string"}}},
    "extend_loan": {"kind": "write", "arguments": {"loan_id": {}, "days": {}}, "resource": "args.loan_id"},
    "cancel_loan": {"kind": "write", "arguments": {"loan_id": {}}, "resource": "args.loan_id"},
    "pause_loan": {"kind": "write", "arguments": {"loan_id": {}}, "resource": "args.loan_id"},
    "buy_book": {
        "kind": "write",
        "arguments": {"loan_id": {}, "card_id": {}, "binding": {"enum": ["paperback", "hardcover"]}},
        "resource": "args.loan_id",
    },
    "return_book": {
        "kind": "write",
        "arguments": {"loan_id": {}, "card_id": {}},
        "resource": "args.loan_id",
        "pays_back": True,
    },
    "swap_copies": {
        "kind": "write",
        "arguments": {"loan_id": {}, "copies": {}, "new_copies": {}},
        "resource": "args.loan_id",
        "replaces": {"new_copies": "copies"},
    },
    "send_loan": {
        "kind": "write",
        "arguments": {"loan_id": {}, "street": {}, "house": {}, "city": {}, "zip": {}},
        "resource": "args.loan_id",
        "owner": "loan.member_id",
    },
    "end_membership": {
        "kind": "write",
        "arguments": {"loan_id": {}, "why": {"examples": ["moved away", "too expensive"]}},
        "resource": "args.loan_id",
        "obtains": {
            "why": {
                "asked": ["reason", "why"],
                "said": ["because", "moved"],
                "choices": {"moved away": ["moving", "moved"], "too expensive": ["costs too much"]},
            }
        },
    },
    "change_address": {
        "kind": "write",
        "arguments": {"member_id": {}, "street": {}, "city": {}},
        "resource": "args.member_id",
    },
}
DUNE = {"loan_id": "LN-1", "member_id": "m_7", "title": "Dune", "shelf": "Fiction", "due": "2026-03-20"}
EMMA = {"loan_id": "LN-2", "member_id": "m_7", "title": "Emma", "shelf": "Classics", "due": "2026-04-02"}
MEMBER = {
    "member_id": "m_7",
    "cards": {
        "card_11": {"id": "card_11", "kind": "visa", "last_four": "4242"},
        "card_22": {"id": "card_22", "kind": "mastercard", "last_four": "9090"},
    },
}


def library_operation() -> Operation:
    operations = {name: SystemOperation.model_validate(each) for name, each in OPERATIONS.items()}
    return Operation(
        folder=Path(),
        digest="library",
        about=OperationFile(name="library", title="Library", currency="USD", time=datetime(2026, 3, 2, 15, tzinfo=UTC)),
        intents={},
        systems={"shelf": System(system="shelf", reach=Reach(kind="recorded"), operations=operations)},
        policies={},
        policy_tests=[],
        procedures={},
        fragments={},
        messages={},
        scenarios={},
    )


def told(library: Operation, *events: tuple[str, Any]) -> Transcript:
    """A transcript of ("customer" | "worker", text) and ("<operation>", (args, answer)) in order."""
    transcript = Transcript(library)
    for who, what in events:
        if who in ("customer", "worker"):
            transcript.add(Said("customer" if who == "customer" else "worker", what))
        else:
            args, answer = what
            transcript.add(Answered(f"shelf.{who}", args, answer, failed=False))
    return transcript


def action(name: str, **args: Any) -> Action:
    return Action("run", f"shelf.{name}", args, Principal("worker", "model"))


PROVED: tuple[tuple[str, Any], ...] = (
    ("customer", "Hi, this is ana@mail.example"),
    ("find_member", ({"email": "ana@mail.example"}, "m_7")),
    ("get_loan", ({"loan_id": "LN-1"}, DUNE)),
    ("get_loan", ({"loan_id": "LN-2"}, EMMA)),
    ("get_member", ({"member_id": "m_7"}, MEMBER)),
)
