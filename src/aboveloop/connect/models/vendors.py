"""Which outside models may be asked about a case: `[vendors.NAME]` of `models.toml` (see `home_file`).

[vendors.acme]
url = "https://api.acme.example/v1"
model = "acme-large"
key = "ACME_API_KEY"          # the environment variable that holds the key; left out: none is sent
timeout_seconds = 30
most_uncertainty = 0.5        # nothing is sent where masking doubts more than this
most_tokens = 1000
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aboveloop.connect.models.home_file import FILE, MOST_UNCERTAINTY, Types, demand_safe, demand_settings, table_of
from aboveloop.kit.errors import NotFound, WrongUsage

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TYPES: Types = {
    "url": str,
    "model": str,
    "key": str,
    "timeout_seconds": (int, float),
    "most_uncertainty": (int, float),
    "most_tokens": int,
}


class VendorUnknown(NotFound):
    """No outside model of this name is set up."""


@dataclass(frozen=True)
class Vendor:
    """An OpenAI-compatible chat endpoint. `key` names the environment variable that holds the secret, "" for none."""

    name: str
    url: str
    model: str
    key: str = ""
    timeout_seconds: float = 30.0
    most_uncertainty: float = MOST_UNCERTAINTY
    most_tokens: int = 1000


def vendors_of(home: Path) -> dict[str, Vendor]:
    """The outside models of this home, by name; none where there is no file. Raises WrongUsage for a faulty one."""
    path = home / FILE
    return {name: _vendor(path, name, fields) for name, fields in table_of(home, "vendors").items()}


def vendor_of(home: Path, name: str) -> Vendor:
    """The outside model `name`. Raises VendorUnknown, WrongUsage."""
    known = vendors_of(home)
    if name not in known:
        there = f"set up are: {', '.join(sorted(known))}" if known else "no outside model is set up here"
        raise VendorUnknown(f"There is no outside model {name!r}; {there}. Add [vendors.{name}] to {home / FILE}.")
    return known[name]


def _vendor(path: Path, name: str, fields: Any) -> Vendor:
    if not _NAME.fullmatch(name) or not isinstance(fields, dict):
        raise WrongUsage(f"{path}: {name!r} is no name of a vendor. Use small letters, digits and _ .")
    demand_settings(path, name, fields, _TYPES)
    vendor = Vendor(name=name, **fields)
    demand_safe(path, name, vendor.url)
    if not (0 <= vendor.most_uncertainty <= 1 and vendor.timeout_seconds > 0 and vendor.most_tokens > 0):
        raise WrongUsage(f"{path}: {name} has a setting out of range: uncertainty is 0 to 1, the others above 0.")
    return vendor
