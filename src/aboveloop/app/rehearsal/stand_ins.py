"""Stand-ins: what the systems of record are while scenarios are played. Never a real one.

A system that starts as a command in the home folder gets a home of its own. The sample company's shop runs in this
process, on the scenario's clock. A system behind a URL is refused: a rehearsal would write to it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aboveloop.app.rehearsal.errors import NotRehearsable
from aboveloop.connect.errors import RecordMissing
from aboveloop.connect.systems.port import SystemPort, said_no, with_key
from aboveloop.kit.clock import Clock
from aboveloop.operation.models import Operation
from aboveloop.operation.system_models import System, SystemOperation
from larkspur.errors import NotFound, ShopError
from larkspur.generator import Size
from larkspur.shop import Shop
from larkspur.store import create

SAMPLE_SERVER = "larkspur.server"
SAMPLE_SEED = 1
# The cast and a few more customers, so that nothing passes because nobody else is there.
SAMPLE_SIZE = Size(customers=40, orders=90)
HOME = "{home}/"
UNREACHED = ("house", "recorded")


class ShopPort:
    """The sample company's order system, called in this process instead of over MCP."""

    def __init__(self, database: Path, clock: Clock) -> None:
        self._shop = Shop(database, lambda: clock.now().replace(microsecond=0))

    def call(self, operation: str, spec: SystemOperation, args: Mapping[str, Any], *, key: str | None) -> Any:
        name = f"shop.{operation}"
        try:
            answer = getattr(self._shop, operation)(**with_key(spec, args, key))
        except NotFound as error:
            raise RecordMissing(f"{name} found no such record: {error}") from error
        except ShopError as error:
            raise said_no(name, spec, str(error)) from error
        return json.loads(json.dumps(answer))

    def close(self) -> None:
        self._shop.close()


def furnish(operation: Operation, home: Path, clock: Clock) -> None:
    """Put the systems' first day into `home`. Raises NotRehearsable."""
    for name, system in operation.systems.items():
        if _is_real(system):
            raise NotRehearsable(
                f"The system {name} is reached at a place of its own ({system.reach.url or system.reach.kind}): "
                "scenarios would change real records there. Reach it by a command with {home} to play them."
            )
        if is_sample_shop(system):
            create(database_of(system, home), seed=SAMPLE_SEED, today=clock.now(), size=SAMPLE_SIZE)


def ports_of(operation: Operation, home: Path, clock: Clock) -> dict[str, SystemPort]:
    """The ports of the systems that run in this process; the others are opened as the operation says."""
    return {
        name: ShopPort(database_of(system, home), clock)
        for name, system in operation.systems.items()
        if is_sample_shop(system)
    }


def is_sample_shop(system: System) -> bool:
    return SAMPLE_SERVER in (system.reach.command or ())


def database_of(system: System, home: Path) -> Path:
    """The SQLite file in the home that a system keeps its records in. Raises NotRehearsable where it names none."""
    places = [*(system.reach.command or ()), (system.reach.url or "").removeprefix("sqlite:///")]
    for place in places:
        if place.startswith(HOME) and place.endswith((".db", ".sqlite", ".sqlite3")):
            return Path(home, place.removeprefix(HOME))
    raise NotRehearsable(
        f"The system {system.system} names no SQLite file under {{home}}, so a scenario cannot change a record in it."
    )


def _is_real(system: System) -> bool:
    """True where a rehearsal could reach records that are not its own."""
    reach = system.reach
    if reach.kind in UNREACHED:
        return False
    if reach.kind == "sql":
        return not (reach.url or "").startswith(f"sqlite:///{HOME}")
    return reach.command is None or not any(HOME in part for part in reach.command)
