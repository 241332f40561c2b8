"""Which outside models this house may reach: `models.toml` in its home. Without that file, none.

[vendors.acme]
url = "https://api.acme.example/v1"
model = "acme-large"
key = "ACME_API_KEY"          # the environment variable that holds the key; left out: none is sent
timeout_seconds = 30
most_uncertainty = 0.5        # nothing is sent where masking doubts more than this
most_tokens = 1000
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aboveloop.kit.errors import NotFound, WrongUsage

FILE = "models.toml"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TYPES: dict[str, type | tuple[type, ...]] = {
    "url": str,
    "model": str,
    "key": str,
    "timeout_seconds": (int, float),
    "most_uncertainty": (int, float),
    "most_tokens": int,
}
# A pair of capitals in the middle of a sentence weighs 0.6: with this, an unknown name is not sent.
MOST_UNCERTAINTY = 0.5


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
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"{path} cannot be read: {error}. Mend it or take it away.") from error
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongUsage(f"{path} is not TOML: {error}. Mend it or take it away.") from error
    vendors = told.pop("vendors", {})
    if told or not isinstance(vendors, dict):
        raise WrongUsage(f"{path} holds {', '.join(sorted(told)) or 'no tables'}: it takes only [vendors.NAME].")
    return {name: _vendor(path, name, fields) for name, fields in vendors.items()}


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
    for key, value in fields.items():
        if key not in _TYPES:
            raise WrongUsage(f"{path}: {name} has an unknown setting {key!r}. Known are: {', '.join(_TYPES)}.")
        if not isinstance(value, _TYPES[key]) or isinstance(value, bool):
            raise WrongUsage(f"{path}: {key} of {name} has a value of a wrong type: {value!r}.")
    missing = [key for key in ("url", "model") if not fields.get(key)]
    if missing:
        raise WrongUsage(f"{path}: {name} lacks {' and '.join(missing)}.")
    vendor = Vendor(name=name, **fields)
    if not vendor.url.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
        raise WrongUsage(f"{path}: {name} is reached at {vendor.url}. What leaves the house leaves over https:// only.")
    if not (0 <= vendor.most_uncertainty <= 1 and vendor.timeout_seconds > 0 and vendor.most_tokens > 0):
        raise WrongUsage(f"{path}: {name} has a setting out of range: uncertainty is 0 to 1, the others above 0.")
    return vendor
