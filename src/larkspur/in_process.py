"""The shop's operations as functions of this module, for a system of `kind: python`.

The database is the one that LARKSPUR_DATABASE names; it must exist (`larkspur.store.create` makes one).
"""

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from larkspur.shop import OPERATIONS, Shop


@functools.lru_cache(maxsize=8)
def shop_at(path: Path) -> Shop:
    """The one shop of this process for a database. Raises FileNotFoundError where there is none."""
    if not path.is_file():
        raise FileNotFoundError(f"There is no order system at {path}. Name its file in LARKSPUR_DATABASE.")
    return Shop(path)


def __getattr__(name: str) -> Callable[..., Any]:
    """The operation `name` of the shop. The environment is read at every call, so that a process may change shops."""
    if name not in OPERATIONS:
        raise AttributeError(f"The order system has no operation {name}.")

    def call(**arguments: Any) -> Any:
        return getattr(shop_at(Path(os.environ["LARKSPUR_DATABASE"])), name)(**arguments)

    return call
