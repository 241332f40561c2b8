"""An export held to a data contract before anything of it is kept."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from aboveloop.app.contracts import inquiry
from aboveloop.history.held import Held
from aboveloop.kit.errors import Conflict, WrongUsage
from aboveloop.operation.models import Operation

# As many broken promises as are told at once.
TOLD = 5


class PromiseBroken(Conflict):
    """The rows of the export break the contract that they were held to."""


def hold_to(operation: Operation, contract: str, place: str, now: Callable[[], datetime]) -> Held:
    """What the rows of the file were held to. Raises PromiseBroken, ContractNotFound, RowsUnreadable, WrongUsage."""
    if place.startswith(("https://", "http://")):
        raise WrongUsage("Only a file can be held to a contract before it is imported.")
    (wanted,) = inquiry.named(operation, contract)
    result = inquiry.check_file(operation, wanted, Path(place), now)
    if result.state != "broken":
        (asset,) = result.assets
        return Held(wanted.contract.name, asset.asset, wanted.contract.version)
    broken = [each.sentence for asset in result.assets for each in asset.findings if each.severity == "error"]
    more = f" And {len(broken) - TOLD} more." if len(broken) > TOLD else ""
    raise PromiseBroken(f"Nothing was imported: {place} breaks {contract}. {' '.join(broken[:TOLD])}{more}")
