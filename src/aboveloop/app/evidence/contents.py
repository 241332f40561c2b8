"""The contents of a folder of evidence: each file as bytes, from proved entries and frozen releases."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aboveloop.app.premises import Premises
from aboveloop.govern.rules import parse_rules
from aboveloop.journey import cases
from aboveloop.journey import store as journeys
from aboveloop.kit.canonical import canonical
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.ledger.entries import HOUSE, Entry, Stored, record
from aboveloop.ledger.extracts import Proved
from aboveloop.operation import releases
from aboveloop.work.account import Account, account_of
from aboveloop.work.answers import SEALED, answers
from aboveloop.work.decision_accounts import ERASED
from aboveloop.work.timeline import Line
from aboveloop.work.timeline import told as lines_of

ANSWERS = {"ActionApproved": "approved", "ActionDenied": "denied"}
ENDS = {
    "ApprovalUsed": "used",
    "ApprovalExpired": "expired",
    "ApprovalSuperseded": "replaced",
    "ActionDenied": "denied",
}


@dataclass(frozen=True)
class Told:
    """One case as it is told: its account, its answers, and its entries, opened as far as the reader may see them."""

    account: Account
    answers: dict[str, Any]
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Gathered:
    """All that a folder is made of. `others` are chains that belong to no case, such as an incident's, as lines.

    `personal`: whether the personal fields are opened in it.
    """

    proved: Sequence[Proved]
    told: Sequence[Told]
    others: Mapping[str, Sequence[Line]]
    releases: Sequence[releases.Release]
    personal: bool

    @property
    def chains(self) -> dict[str, int]:
        """How many entries each chain has but the house's: all from number 0 on."""
        found: dict[str, int] = {}
        for each in self.proved:
            if each.stored.case_id != HOUSE:
                found[each.stored.case_id] = found.get(each.stored.case_id, 0) + 1
        return found


def gathered(premises: Premises, reader: Reader, proved: Sequence[Proved], *, personal: bool) -> Gathered:
    """Tell each case from its entries. Raises ReleaseNotFound."""
    chains: dict[str, list[Stored]] = {}
    for each in proved:
        chains.setdefault(each.stored.case_id, []).append(each.stored)
    named = {each.stored.release for each in proved if each.stored.release is not None}
    frozen = sorted((releases.find_release(reader, digest) for digest in named), key=lambda each: each.number)
    told: list[Told] = []
    others: dict[str, Sequence[Line]] = {}
    for name, rows in sorted(chains.items()):
        entries = _seen(premises, reader, rows, personal)
        if journeys.case(reader, name) is not None:
            told.append(_told(premises, reader, entries, personal))
        elif name != HOUSE:
            others[name] = tuple(lines_of(entries))
    return Gathered(proved, told, others, frozen, personal)


def _seen(premises: Premises, reader: Reader, rows: Sequence[Stored], personal: bool) -> list[Entry]:
    """The entries as far as the reader of the folder may see them."""
    if personal:
        return premises.ledger.opened(reader, rows)
    return [row.opened(None if row.box is not None else {}) for row in rows]


def _told(premises: Premises, reader: Reader, entries: Sequence[Entry], personal: bool) -> Told:
    case = cases.get(reader, entries[0].case_id)
    told = account_of(case, entries)
    name = releases.find_release(reader, case.release).name
    hidden = ERASED if personal else SEALED
    answered = answers(told, premises.operation_of(case.release), release_name=name, hidden=hidden)
    return Told(told, answered, tuple(entries))


def files_of(premises: Premises, reader: Reader, found: Gathered) -> dict[str, bytes]:
    """The files that carry facts, by their path in the folder."""
    files = {
        "entries.jsonl": b"".join(record(each.stored) + b"\n" for each in found.proved),
        "proofs.jsonl": b"".join(_proof_line(each) for each in found.proved),
        "decisions.json": _readable([each.answers for each in found.told]),
        "approvals.json": _readable([line for each in found.told for line in approvals_of(each.entries)]),
        "policies.json": _readable([_policies(premises, release, found.proved) for release in found.releases]),
    }
    for release in found.releases:
        frozen = releases.frozen_files(reader, release)
        files |= {f"releases/{release.digest}/{path}": text.encode() for path, text in frozen.items()}
    if found.personal:
        rows = [each.stored for each in found.proved]
        opened = premises.ledger.openings(reader, rows)
        lines = ({"entry": each.entry_id, "key": each.key, "personal": dict(each.personal)} for each in opened)
        files["openings.jsonl"] = b"".join(canonical(line) + b"\n" for line in lines)
    return files


def approvals_of(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Every approval of one case: what was asked of whom, who answered, and what became of it."""
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        name = entry.body.get("approval")
        if name is None or not entry.kind.startswith(("Approval", "Action")):
            continue
        # The first entry about an approval tells what was asked; those about who looks after it do not.
        if name not in found:
            found[name] = _asked(entry)
        kept = found[name]
        kept["entries"].append(entry.id)
        if entry.kind == "ApprovalRequested":
            asked = {key: entry.body.get(key) for key in ("roles", "rules", "reason", "expires_at", "replaces")}
            kept |= asked | {"asked_by": entry.actor, "asked_at": iso(entry.at)}
        if entry.kind in ANSWERS:
            answer = {"by": entry.actor, "verdict": ANSWERS[entry.kind], "role": entry.body.get("role")}
            kept["answers"].append(answer | {"at": iso(entry.at), "entry": entry.id})
        kept["state"] = ENDS.get(entry.kind, kept["state"])
    return list(found.values())


def _asked(entry: Entry) -> dict[str, Any]:
    return {
        "approval": entry.body["approval"],
        "case": entry.case_id,
        "operation": entry.body["operation"],
        "action": entry.body["digest"],
        "answers": [],
        "state": "open",
        "entries": [],
    }


def _proof_line(each: Proved) -> bytes:
    value = {"entry": each.stored.id, "leaf": each.leaf, "path": [node.hex() for node in each.path]}
    return canonical(value) + b"\n"


def _policies(premises: Premises, release: releases.Release, proved: Sequence[Proved]) -> dict[str, Any]:
    """The rules of one release in words, with those that decided something here marked."""
    decided = {
        rule
        for each in proved
        if each.stored.release == release.digest
        for rule in json.loads(each.stored.body).get("rules", ())
    }
    rules = [
        {
            "id": rule.id,
            "effect": rule.effect,
            "approvers": list(rule.approvers),
            "reason": rule.reason,
            "text": rule.text,
            "place": f"{rule.place.path}:{rule.place.line}",
            "decided_here": rule.id in decided,
        }
        for rule in parse_rules(premises.operation_of(release.digest)).rules
    ]
    return {"release": release.digest, "name": release.name, "rules": rules}


def _readable(value: Sequence[Mapping[str, Any]]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
