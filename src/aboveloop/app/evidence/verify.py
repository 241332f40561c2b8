"""Checks a folder of evidence. Needs Python 3.11 and the package `cryptography`, and nothing of Aboveloop.

    python verify.py [FOLDER] --key "NAME+ID+BASE64" [--checkpoint FILE] [--json]

The key, and this program, must come from somewhere else than the folder: whoever could change the folder could change
both. Ends with 0 when everything holds and 1 when anything does not. Every change to any file of the folder is found.
"""

import argparse
import hashlib
import hmac
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aboveloop.app.evidence.written import (
    Head,
    Key,
    Wrong,
    canonical,
    digest,
    exact_base64,
    grew,
    inclusion_root,
    leaf_hash,
    open_checkpoint,
    open_note,
    parse_key,
)

FORMAT = "aboveloop evidence 1"
ENTRY_DOMAIN = b"aboveloop/ledger/entry/v1\n"
NO_HASH = "0" * 64
HOUSE = "house"
MANIFEST = "manifest.txt"
MEMBERS = frozenset(
    ("actor", "at", "body", "case_id", "customer_id", "hash", "id", "kind", "number", "personal", "previous", "release")
)


@dataclass
class Case:
    """The folder being checked and what is known of it so far."""

    folder: Path
    key: Key
    header: dict[str, Any] = field(default_factory=dict)
    head: Head = field(default_factory=lambda: Head(0, b""))
    entries: list[dict[str, Any]] = field(default_factory=list)
    chains: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    personal: dict[str, dict[str, Any]] = field(default_factory=dict)

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()


@dataclass
class Report:
    """What was verified, what is wrong, and what nobody can tell from this folder."""

    verified: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    cannot_tell: list[str] = field(default_factory=list)

    def run(self, what: str, check: Callable[[], Iterator[str]]) -> bool:
        """Do one check; a fault is written down and ends that check alone."""
        try:
            self.verified += list(check())
        except Wrong as fault:
            self.wrong.append(f"{what}: {fault}")
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, RecursionError) as error:
            self.wrong.append(f"{what}: it cannot be read ({type(error).__name__}: {error}).")
        except OSError as error:
            self.wrong.append(f"{what}: {error.strerror or error} ({error.filename}).")
        else:
            return True
        return False


# --- the checks ---------------------------------------------------------------------------------


def check_manifest(case: Case) -> Iterator[str]:
    """That the list of files is signed, and that these files are there, unchanged, and no others."""
    lines = open_note(case.read(MANIFEST), case.key).split("\n")[:-1]
    if lines[0] != FORMAT:
        raise Wrong(f"this program reads the format {FORMAT!r}, not {lines[0]!r}")
    case.header = json.loads(lines[1])
    if canonical(case.header) != lines[1]:
        raise Wrong("its second line is not in canonical form")
    listed = {path: found for found, _, path in (line.partition("  ") for line in lines[2:])}
    there = set(files_of(case.folder)) - {MANIFEST}
    if len(listed) != len(lines) - 2:
        raise Wrong("it names a file twice")
    for what, names in (("is missing", set(listed) - there), ("was added", there - set(listed))):
        if names:
            raise Wrong(f"{sorted(names)[0]} {what}")
    for path, found in listed.items():
        if hashlib.sha256(case.read(path)).hexdigest() != found:
            raise Wrong(f"{path} was changed")
    yield f"The list of files is signed by {case.key.name}: all {len(listed)} are there, unchanged, and no others."


def files_of(folder: Path) -> Iterator[str]:
    """Every file below the folder. Raises Wrong for what is neither a file nor a folder that holds one."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise Wrong(f"{name} is a link or no ordinary file")
        if path.is_dir() and not any(path.iterdir()):
            raise Wrong(f"{name} is an empty folder, which was added")
        if path.is_file():
            yield name


def check_checkpoint(case: Case) -> Iterator[str]:
    if case.read("public-key.txt") != f"{case.key.text}\n".encode():
        raise Wrong("public-key.txt is not the key given")
    case.head = open_checkpoint(case.read("checkpoint.txt"), case.key)
    yield f"The checkpoint over {case.head.size} entries is signed by the key given, as is the whole folder."


def check_entries(case: Case) -> Iterator[str]:
    """Every entry: canonical, its hash, its place in its chain, its proof under the checkpoint."""
    lines, proofs = case.read("entries.jsonl").split(b"\n"), case.read("proofs.jsonl").split(b"\n")
    if lines.pop() or proofs.pop() or len(lines) != len(proofs):
        raise Wrong("there is not one proof for each line")
    before = -1
    for place, (line, proof) in enumerate(zip(lines, proofs, strict=True), start=1):
        entry = read_entry(line, place)
        before = check_proof(case, entry, proof, before)
        case.entries.append(entry)
        case.chains.setdefault(entry["case_id"], []).append(entry)
    check_chains(case)
    if case.header["entries"] != len(lines):
        raise Wrong(f"the manifest tells of {case.header['entries']} entries, here are {len(lines)}")
    yield f"All {len(lines)} entries are in canonical form and give their hashes."
    yield f"Each of them is proved to stand in the ledger of {case.head.size} entries that the checkpoint signs."
    count = len(case.header["chains"])
    yield f"Chains: {count}. None has a gap from number 0 on, and each entry names the one before it."


def read_entry(line: bytes, place: int) -> dict[str, Any]:
    entry = json.loads(line)
    if not isinstance(entry, dict) or set(entry) != MEMBERS or canonical(entry).encode() != line:
        raise Wrong(f"line {place} of entries.jsonl is not an entry in canonical form")
    rest = {name: value for name, value in entry.items() if name != "hash"}
    if hashlib.sha256(ENTRY_DOMAIN + canonical(rest).encode()).hexdigest() != entry["hash"]:
        raise Wrong(f"entry {entry['id']} (line {place}) does not give its hash: it was changed")
    return entry


def check_proof(case: Case, entry: Mapping[str, Any], line: bytes, before: int) -> int:
    proof = json.loads(line)
    leaf = proof["leaf"]
    if canonical(proof).encode() != line or set(proof) != {"entry", "leaf", "path"} or proof["entry"] != entry["id"]:
        raise Wrong(f"the proof of entry {entry['id']} is not the one that was written")
    if type(leaf) is not int or leaf <= before:
        raise Wrong(f"entry {entry['id']} is out of order or stands here twice")
    path = [bytes.fromhex(node) for node in proof["path"]]
    if inclusion_root(leaf_hash(entry), leaf, case.head.size, path) != case.head.root:
        raise Wrong(f"the proof of entry {entry['id']} does not lead to the root of the checkpoint")
    return leaf


def check_chains(case: Case) -> None:
    """Whole chains for the cases; of the house's chain only a part, whose order and neighbours are checked."""
    for name, chain in case.chains.items():
        last, link = -1, NO_HASH
        for entry in chain:
            follows = entry["number"] == last + 1
            if not (follows or (name == HOUSE and entry["number"] > last)) or (follows and entry["previous"] != link):
                raise Wrong(f"entry {entry['id']} does not follow number {last} of the chain {name}")
            last, link = entry["number"], entry["hash"]
    if {name: len(chain) for name, chain in case.chains.items() if name != HOUSE} != case.header["chains"]:
        raise Wrong("the chains are not as long as the manifest says: entries are missing at an end")


def check_releases(case: Case) -> Iterator[str]:
    """That each frozen operation gives the digest by which the entries name it."""
    named = {entry["release"] for entry in case.entries} - {None}
    listed = set(case.header["releases"])
    if not named <= listed:
        raise Wrong(f"the release {sorted(named - listed)[0]} decided, and its folder is missing")
    base = case.folder / "releases"
    there = {path.name for path in base.iterdir()} if base.exists() else set()
    if there != listed:
        raise Wrong("the folders of releases are not those that the manifest names")
    for name in sorted(listed):
        files = {path.relative_to(base / name).as_posix(): path for path in (base / name).rglob("*") if path.is_file()}
        texts = {path: file.read_bytes().decode() for path, file in files.items()}
        plain = {path: t.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n") for path, t in texts.items()}
        if digest({"format": "aboveloop operation 1", "files": plain}) != name:
            raise Wrong(f"the files of release {name} do not give its digest")
    yield f"Releases: {len(listed)}. Their files, policies among them, give the digests that the entries name."


def check_openings(case: Case) -> Iterator[str]:
    """That each opened personal field is what the sealed box in its entry holds."""
    if not case.header["personal"]:
        return
    boxes = {entry["id"]: entry["personal"] for entry in case.entries if entry["personal"] is not None}
    asserted = 0
    for line in case.read("openings.jsonl").splitlines():
        opening = json.loads(line)
        entry_id, box = opening["entry"], boxes[opening["entry"]]
        if entry_id in case.personal:
            raise Wrong(f"entry {entry_id} is opened twice")
        if opening["key"] is None:
            asserted += 1
        elif opened(bytes.fromhex(opening["key"]), box, entry_id) != opening["personal"]:
            raise Wrong(f"the personal fields shown for entry {entry_id} are not those of its box")
        case.personal[entry_id] = opening["personal"]
    sealed = len(boxes) - len(case.personal)
    yield f"The personal fields of {len(case.personal) - asserted} entries are those that were sealed when it happened."
    if asserted:
        yield f"Those of {asserted} entries are shown without a proof: they come from an older format."
    if sealed:
        yield f"Those of {sealed} entries stay closed: their customer was erased."


def opened(key: bytes, sealed: Mapping[str, str], entry_id: str) -> Any:
    box = exact_base64(sealed["box"])
    commitment = hashlib.sha256(b"aboveloop/ledger/commitment/v2\n" + key).digest()
    if not hmac.compare_digest(box[12:44], commitment):
        raise Wrong(f"the key given for entry {entry_id} is not the one its box was made with")
    context = f"aboveloop/ledger/personal/v2\n{sealed['key']}\n{entry_id}".encode()
    try:
        return json.loads(AESGCM(key).decrypt(box[:12], box[44:], context))
    except InvalidTag as error:
        raise Wrong(f"the box of entry {entry_id} does not open with the key given") from error


def check_approvals(case: Case) -> Iterator[str]:
    """That whatever was done with an approval had one: asked, given by a person and used for exactly that action."""
    used = performed = 0
    for name in case.header["chains"]:
        chain = case.chains[name]
        decided = {
            entry["body"]["key"]: entry
            for entry in chain
            if entry["kind"] == "ActionDecided" and "key" in entry["body"]
        }
        for entry in chain:
            if entry["kind"] == "ActionPerformed":
                if decided.get(entry["body"]["key"], entry)["number"] >= entry["number"]:
                    raise Wrong(f"entry {entry['id']} tells of an action that was never decided")
                performed += 1
        spent = [entry for entry in chain if entry["kind"] == "ApprovalUsed"]
        for entry in spent:
            check_approval(chain, entry, decided.values())
        if len({entry["body"]["approval"] for entry in spent}) != len(spent):
            raise Wrong(f"an approval of case {name} was used twice")
        needed = {entry["body"]["action"] for entry in decided.values() if entry["body"]["approved_by"]}
        if not needed <= {entry["body"]["digest"] for entry in spent}:
            raise Wrong(f"on case {name} an action counted as approved, and no approval of it was used")
        used += len(spent)
    bound = sum(check_arguments(entry, case.personal.get(entry["id"])) for entry in case.entries)
    yield f"Actions performed: {performed}. Each was decided before it was done."
    yield f"Approvals used: {used}. Each was given by a person, in time, for exactly the action done, once."
    if bound:
        yield f"Arguments shown: {bound}. They give the digests that were decided, asked for and approved."


def check_approval(chain: Sequence[Mapping[str, Any]], used: Mapping[str, Any], decided: Any) -> None:
    approval, bound = used["body"]["approval"], used["body"]["digest"]
    about = [entry for entry in chain if entry["body"].get("approval") == approval and entry["number"] < used["number"]]
    asked = [entry for entry in about if entry["kind"] == "ApprovalRequested"]
    given = [entry for entry in about if entry["kind"] == "ActionApproved" and entry["body"]["complete"]]
    if not asked or not given or not all(entry["body"]["digest"] == bound for entry in (*asked, *given)):
        raise Wrong(f"approval {approval} was used for an action that it was not asked and given for")
    if not given[-1]["actor"].startswith("person:"):
        raise Wrong(f"approval {approval} was not given by a person")
    if datetime.fromisoformat(used["at"]) >= datetime.fromisoformat(asked[-1]["body"]["expires_at"]):
        raise Wrong(f"approval {approval} was used after it had expired")
    if not any(entry["body"]["action"] == bound for entry in decided):
        raise Wrong(f"approval {approval} was used, and no action of that digest was decided")


def check_arguments(entry: Mapping[str, Any], personal: Mapping[str, Any] | None) -> int:
    """1 where the opened arguments of an entry give its action's digest, 0 where there is nothing to compare."""
    body = entry["body"]
    bound = body.get("action") or body.get("digest")
    if personal is None or "args" not in personal or "operation" not in body or bound is None:
        return 0
    if entry["kind"] == "ApprovalSuperseded":
        return 0
    if digest({"case": entry["case_id"], "operation": body["operation"], "args": personal["args"]}) != bound:
        raise Wrong(f"the arguments shown for entry {entry['id']} are not those of its action")
    return 1


def check_decisions(case: Case) -> Iterator[str]:
    """That the told decisions stand on entries that are here and say the same."""
    by_id, told = {entry["id"]: entry for entry in case.entries}, json.loads(case.read("decisions.json"))
    if [each["case"] for each in told] != case.header["cases"] or not set(case.header["cases"]) <= set(case.chains):
        raise Wrong("decisions.json does not tell of exactly the cases of this folder")
    for each in told:
        for decision in each["decisions"]:
            entries = [by_id[name] for name in decision["entries"]]
            if not any(says(entry, decision) for entry in entries) or {e["case_id"] for e in entries} != {each["case"]}:
                raise Wrong(f"decision {decision['action']} of {each['case']} is told otherwise than in its entries")
    count = sum(len(each["decisions"]) for each in told)
    yield f"Decisions in decisions.json: {count}. They tell the action, release and rules that their entries tell."


def says(entry: Mapping[str, Any], decision: Mapping[str, Any]) -> bool:
    body, version = entry["body"], decision["which_version_decided"]
    told = (decision["action"], version["release"], version["rules"])
    return (body.get("action") or body.get("digest"), entry["release"], body.get("rules")) == told


def check_growth(case: Case, outside: bytes | None) -> Iterator[str]:
    """That the ledger still begins as a checkpoint kept elsewhere says."""
    path = case.folder / "growth.json"
    growth = json.loads(path.read_bytes()) if path.exists() else None
    if growth is not None:
        older = open_checkpoint(growth["older"].encode(), case.key)
        if not grew(older, case.head, [bytes.fromhex(node) for node in growth["path"]]):
            raise Wrong("the ledger did not grow out of the older checkpoint in growth.json")
        yield f"The ledger begins with the {older.size} entries of the older checkpoint that is in the folder."
    if outside is not None:
        given = open_checkpoint(outside, case.key)
        known = [case.head] if growth is None else [case.head, open_checkpoint(growth["older"].encode(), case.key)]
        fitting = [head for head in known if head.size == given.size]
        if not fitting:
            raise Wrong(
                f"the checkpoint given covers {given.size} entries; the folder proves nothing about that number. "
                "Ask for an export with --checkpoint and that file."
            )
        if fitting[0].root != given.root:
            raise Wrong(f"the checkpoint given has another root over {given.size} entries: the past was rewritten")
        yield f"It agrees with the checkpoint that you kept, over {given.size} entries."


CANNOT = (
    "Whether what the entries say was true when they were written: the ledger shows that nothing was changed since.",
    "Whether a case went on after this folder was made, and whether cases that it does not name exist.",
    "When things happened, but by the clock of the house.",
)


def verify(folder: Path, key: Key, outside: bytes | None) -> Report:
    """All checks, in an order in which each stands on those before it."""
    case, report = Case(folder, key), Report()
    report.run("The list of files (manifest.txt)", lambda: check_manifest(case))
    if not case.header:
        return report
    if report.run("The checkpoint", lambda: check_checkpoint(case)):
        report.run("An older checkpoint", lambda: check_growth(case, outside))
    if report.run("The entries", lambda: check_entries(case)):
        report.run("The releases", lambda: check_releases(case))
        report.run("The personal fields", lambda: check_openings(case))
        report.run("The approvals", lambda: check_approvals(case))
        report.run("The decisions", lambda: check_decisions(case))
    report.cannot_tell += CANNOT
    if not case.header["personal"]:
        report.cannot_tell.append("What was said and with which arguments: the personal fields stay sealed here.")
    if outside is None:
        report.cannot_tell.append(
            "Whether the holder of the signing key wrote another past: a checkpoint that you kept (--checkpoint) tells."
        )
    return report


def key_given(text: str | None, folder: Path) -> Key:
    """The key from the command line, itself or in a file; the folder's own where none is given."""
    if text is None:
        return parse_key((folder / "public-key.txt").read_text("utf-8"))
    return parse_key(text if "+" in text else Path(text).read_text("utf-8"))


def say(report: Report, trusted: bool, as_json: bool) -> int:
    holds = not report.wrong and trusted
    if not trusted:
        report.cannot_tell.insert(
            0, "WHOSE folder this is. Give the key from outside: --key. Until then nothing is shown."
        )
    if as_json:
        told = {"ok": holds, "verified": report.verified, "wrong": report.wrong, "cannot_tell": report.cannot_tell}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return 0 if holds else 1
    for title, lines in (
        ("Verified", report.verified),
        ("WRONG", report.wrong),
        ("What this folder cannot tell", report.cannot_tell),
    ):
        if lines:
            sys.stdout.write(title + "\n" + "".join(f"  - {line}\n" for line in lines))
    verdict = "Everything holds." if holds else "DOES NOT HOLD." if report.wrong else "Not shown: no key was given."
    sys.stdout.write(verdict + "\n")
    return 0 if holds else 1


def main(arguments: Sequence[str] | None = None) -> int:
    reading = argparse.ArgumentParser(description="Check a folder of evidence.")
    reading.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    reading.add_argument("--key", help="The ledger's public key, or a file with it, from a place that you trust.")
    reading.add_argument("--checkpoint", type=Path, help="A checkpoint of this ledger that you kept elsewhere.")
    reading.add_argument("--json", action="store_true", help="One JSON object instead of sentences.")
    given = reading.parse_args(arguments)
    try:
        key = key_given(given.key, given.folder)
        outside = given.checkpoint.read_bytes() if given.checkpoint else None
    except (Wrong, OSError, ValueError) as error:
        return say(Report(wrong=[f"The key or the checkpoint given: {error}"]), given.key is not None, given.json)
    return say(verify(given.folder, key, outside), given.key is not None, given.json)


if __name__ == "__main__":
    sys.exit(main())
