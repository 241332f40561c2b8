"""`models.toml` in a home: which models outside this house it may reach. Without that file, none.

It holds `[vendors.NAME]` (see `vendors`), `[embeddings]` (see `embedding_settings`) and `[speech]` (see
`speech.settings`), and nothing else.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aboveloop.kit.errors import WrongUsage

FILE = "models.toml"
_TABLES = ("vendors", "embeddings", "speech")
# A pair of capitals in the middle of a sentence weighs 0.6: with this, an unknown name is not sent.
MOST_UNCERTAINTY = 0.5
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})

Types = Mapping[str, type | tuple[type, ...]]


def table_of(home: Path, name: str) -> dict[str, Any]:
    """One table of the file, {} where there is no file or no such table. Raises WrongUsage for a faulty file."""
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
    unknown = sorted(told.keys() - set(_TABLES))
    if unknown or not all(isinstance(each, dict) for each in told.values()):
        raise WrongUsage(
            f"{path} holds {', '.join(unknown) or 'no tables'}: it takes only [vendors.NAME], [embeddings], [speech]."
        )
    return dict(told.get(name, {}))


def demand_settings(path: Path, name: str, fields: Mapping[str, Any], types: Types) -> None:
    """Raises WrongUsage where a setting is unknown, has a wrong type, or `url` or `model` is missing."""
    for key, value in fields.items():
        if key not in types:
            raise WrongUsage(f"{path}: {name} has an unknown setting {key!r}. Known are: {', '.join(types)}.")
        if not isinstance(value, types[key]) or isinstance(value, bool):
            raise WrongUsage(f"{path}: {key} of {name} has a value of a wrong type: {value!r}.")
    missing = [key for key in ("url", "model") if not fields.get(key)]
    if missing:
        raise WrongUsage(f"{path}: {name} lacks {' and '.join(missing)}.")


def demand_safe(path: Path, name: str, url: str) -> None:
    """Raises WrongUsage where what leaves could be read on its way."""
    if not _is_safe(url):
        raise WrongUsage(f"{path}: {name} is reached at {url}. What leaves the house leaves over https:// only.")


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False
    return named and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE))
