"""The folder of evidence: gathered under a fresh checkpoint, signed as a whole, and told to the ledger."""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aboveloop.app.evidence import contents
from aboveloop.app.evidence.contents import Gathered
from aboveloop.app.evidence.guide import guide_text
from aboveloop.app.evidence.pages import index_page
from aboveloop.app.evidence.scope import Scope, wanted
from aboveloop.app.evidence.verifier import verifier_text
from aboveloop.app.looking import looks
from aboveloop.app.looking.looks import Looker
from aboveloop.app.premises import Premises
from aboveloop.govern.people import Person, may
from aboveloop.kit.canonical import canonical
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import NotFound, WrongUsage
from aboveloop.ledger.checkpoints import Checkpoint
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.extracts import Proved, Wanted, count

FORMAT = "aboveloop evidence 1"
MANIFEST = "manifest.txt"
OPENINGS = "openings.jsonl"
# All of it is held in memory once, about three kilobytes an entry.
MOST_ENTRIES = 200_000


class NothingToTell(NotFound):
    """No entry is in the scope."""


class TooMuchToTell(WrongUsage):
    """The scope holds more than one folder is made of."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants: which scope, opened or sealed, and an older checkpoint to grow out of. `by` is None for
    whoever works on the machine itself, who may have everything but opened personal fields."""

    scope: Scope
    by: Person | None = None
    personal: bool = False
    older: str | None = None
    through: str = "command line"

    def demand(self) -> None:
        """Raises MayNot, and WrongUsage where nobody is named for opened personal fields."""
        if self.by is not None:
            may(self.by, "audit").demand()
        if self.personal and self.by is None:
            raise WrongUsage("Personal fields are opened only to a person who may. Say who you are with --as.")
        if self.personal and self.by is not None:
            may(self.by, "disclose").demand()
            may(self.by, "read_personal").demand()

    @property
    def actor(self) -> str:
        return HOUSE if self.by is None else self.by.actor


@dataclass(frozen=True)
class Evidence:
    """What was written. `manifest` is the SHA-256 of manifest.txt, which stands in the ledger too."""

    folder: Path
    entries: int
    cases: int
    releases: int
    personal: bool
    manifest: str
    checkpoint: Checkpoint

    def as_json(self) -> dict[str, Any]:
        kept = ("entries", "cases", "releases", "personal", "manifest")
        return {"folder": str(self.folder)} | {name: getattr(self, name) for name in kept}


def write_evidence(premises: Premises, wish: Wish, out: Path) -> Evidence:
    """Write the folder `out`, which must be empty or new. Raises MayNot, NothingToTell, TooMuchToTell, CaseNotFound,
    CustomerNotFound, LedgerDamaged.

    What opens personal fields, and the manifest without which nothing verifies, are written last: after the ledger
    tells who has taken what.
    """
    wish.demand()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise WrongUsage(f"{out} is not an empty folder. Name another one with --out.")
    checkpoint = premises.seal()
    with premises.database.read() as reader:
        found = contents.gathered(premises, reader, _proved(premises, reader, wish, checkpoint), personal=wish.personal)
        files = contents.files_of(premises, reader, found)
        if wish.older is not None:
            files["growth.json"] = _growth(premises, reader, wish.older, checkpoint)
    if wish.personal:
        told = {each.account.case: each.account.customer for each in found.told}
        looks.note(premises, Looker(wish.actor, wish.through), told, "evidence")
    header = _header(premises, wish, found, checkpoint)
    files |= _standing(premises, header, found, checkpoint)
    manifest = _manifest(premises, header, files)
    done = Evidence(
        out,
        len(found.proved),
        len(found.told),
        len(found.releases),
        wish.personal,
        hashlib.sha256(manifest).hexdigest(),
        checkpoint,
    )
    for path, content in files.items():
        if path != OPENINGS:
            _write(out / path, content)
    _record(premises, wish, done)
    if OPENINGS in files:
        _write(out / OPENINGS, files[OPENINGS])
    _write(out / MANIFEST, manifest)
    return done


def zip_folder(folder: Path, target: Path) -> Path:
    """The folder as one file, under a folder of its own name."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                packed.write(path, Path(folder.name) / path.relative_to(folder))
    return target


def _proved(premises: Premises, reader: Reader, wish: Wish, checkpoint: Checkpoint) -> list[Proved]:
    """The entries in the scope, then those of the house about the releases that decided in them; by their leaves."""
    size = checkpoint.head.size
    asked = wanted(reader, wish.scope, size)
    many = count(reader, asked, size)
    if many > MOST_ENTRIES:
        raise TooMuchToTell(f"{wish.scope.words} holds {many} entries; one folder takes {MOST_ENTRIES}. Ask for less.")
    found = {each.leaf: each for each in premises.ledger.extract(reader, asked, checkpoint)}
    if not found:
        raise NothingToTell(f"The ledger holds nothing about {wish.scope.words}.")
    named = {each.stored.release for each in found.values() if each.stored.release is not None}
    of_house = premises.ledger.extract(reader, Wanted([], releases=named), checkpoint)
    found |= {each.leaf: each for each in of_house}
    return [found[leaf] for leaf in sorted(found)]


def _growth(premises: Premises, reader: Reader, older: str, checkpoint: Checkpoint) -> bytes:
    """The proof that this checkpoint's ledger begins with that of the older one."""
    proof = premises.ledger.prove_growth(reader, older, checkpoint)
    return canonical({"older": proof.older, "path": [node.hex() for node in proof.path]}) + b"\n"


def _header(premises: Premises, wish: Wish, found: Gathered, checkpoint: Checkpoint) -> dict[str, Any]:
    """What the manifest says of the whole, before it lists the files."""
    return {
        "ledger": checkpoint.head.origin,
        "company": premises.current().about.title,
        "made_at": iso(premises.house.clock.now()),
        "made_by": wish.actor,
        "scope": wish.scope.as_json(),
        "personal": wish.personal,
        "entries": len(found.proved),
        "chains": found.chains,
        "cases": [each.account.case for each in found.told],
        "releases": [each.digest for each in found.releases],
        "checkpoint": checkpoint.head.size,
    }


def _standing(premises: Premises, header: dict[str, Any], found: Gathered, checkpoint: Checkpoint) -> dict[str, bytes]:
    """The files that stand in every folder: the checkpoint, the key, the verifier, and what people read."""
    key = str(premises.ledger.public_key)
    return {
        "checkpoint.txt": checkpoint.text.encode(),
        "public-key.txt": f"{key}\n".encode(),
        "verify.py": verifier_text().encode(),
        "README.md": guide_text(header, key).encode(),
        "index.html": index_page(header, found, key).encode(),
    }


def _manifest(premises: Premises, header: dict[str, Any], files: dict[str, bytes]) -> bytes:
    """Every file with its digest, signed as a whole."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in sorted(files.items())]
    return premises.ledger.sign(f"{FORMAT}\n{canonical(header).decode()}\n{''.join(lines)}").encode()


def _record(premises: Premises, wish: Wish, done: Evidence) -> None:
    """That evidence was taken, by whom, of what, opened or sealed, stands in the ledger before it leaves the house."""
    body = {
        "scope": wish.scope.as_json(),
        "entries": done.entries,
        "cases": done.cases,
        "personal": done.personal,
        "manifest": done.manifest,
        "checkpoint": done.checkpoint.head.size,
    }
    with premises.database.write() as tx:
        premises.ledger.append(
            tx,
            case_id=HOUSE,
            kind="EvidenceExported",
            at=premises.house.clock.now(),
            actor=wish.actor,
            body=body,
            customer_id=wish.scope.name if wish.scope.kind == "customer" else None,
        )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
