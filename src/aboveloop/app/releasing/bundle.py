"""The bundle: what a release is made of besides its folder. The software, the libraries and what understands messages
decide as much as the folder does, so they are named and digested with it when it is made."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable

import aboveloop
from aboveloop.govern.promotion import store
from aboveloop.kit.canonical import digest
from aboveloop.kit.database import Reader, Transaction
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import Release, load_release

FORMAT = "aboveloop bundle 1"


def versions() -> dict[str, str]:
    """The parts of this installation that decide, each with its version or digest."""
    return {
        "aboveloop": aboveloop.__version__,
        "libraries": _libraries(),
        "understanding": _sources("aboveloop.understand"),
        "policy_engine": metadata.version("cedarpy"),
    }


def bundle_digest(release: Release, parts: dict[str, str]) -> str:
    return digest({"format": FORMAT, "operation": release.digest, "parts": parts})


def record_bundle(
    tx: Transaction,
    release: Release,
    *,
    ledger: Ledger,
    by: str,
    now: datetime,
    contracts: Mapping[str, str] | None = None,
) -> None:
    """Keep what the release is made of; once, when it is made. `contracts`: its data contracts with their versions."""
    if store.bundle(tx, release.digest) is not None:
        return
    parts = versions()
    values = {"bundle": bundle_digest(release, parts), "versions": parts}
    store.save_bundle(tx, {"digest": release.digest, **values, "made_at": now})
    body = {"digest": release.digest, **values, "data_contracts": dict(contracts or {})}
    ledger.append(tx, case_id=HOUSE, kind="ReleaseBundled", at=now, actor=by, body=body, release=release.digest)


def bundle_of(reader: Reader, release_digest: str) -> dict[str, object] | None:
    """Its digest and parts, and which of them are others in this installation; None for releases of older versions."""
    row = store.bundle(reader, release_digest)
    if row is None:
        return None
    here = versions()
    differs = sorted(name for name, value in row.versions.items() if here.get(name) != value)
    contracts = contract_versions(load_release(reader, release_digest))
    return {"digest": row.bundle, "parts": dict(row.versions), "differs_here": differs, "data_contracts": contracts}


def contract_versions(operation: Operation) -> dict[str, str]:
    """The data contracts of an operation with their versions. Their texts are part of its digest."""
    return {name: contract.version for name, contract in sorted(operation.contracts.items())}


@cache
def _libraries() -> str:
    """A digest over every installed library with its version: what a lock file says, as it is installed."""
    installed = {(each.metadata["Name"] or "").lower(): each.version for each in metadata.distributions()}
    return digest(dict(sorted(installed.items())))


@cache
def _sources(package: str) -> str:
    """A digest over the sources of a package, with the tables and words that lie in it."""
    hashed = hashlib.sha256()
    for path, file in sorted(_files(resources.files(package), "")):
        hashed.update(f"{path}\n".encode())
        hashed.update(file.read_bytes())
    return hashed.hexdigest()


def _files(folder: Traversable, at: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for each in folder.iterdir():
        path = f"{at}/{each.name}"
        if each.is_dir() and each.name != "__pycache__":
            found += _files(each, path)
        elif each.is_file() and not each.name.endswith(".pyc"):
            found.append((path, each))
    return found
