"""Whose speech a home may use: `[speech]` of `models.toml` (see `models.home_file`). Without it, this machine's own.

[speech]
name = "acme"                       # how people and the ledger call it
url = "https://api.acme.example/v1"
key = "ACME_API_KEY"                # the environment variable that holds the key; left out: none is sent
model = "acme-transcribe"           # hears
languages = ["en", "de", "fr"]      # which it hears well enough
voice_model = "acme-speak"          # speaks; left out: nothing is read aloud by it
voice = "alloy"
voice_languages = ["en", "de"]
timeout_seconds = 20
"""

import re
from dataclasses import dataclass
from pathlib import Path

from aboveloop.connect.models.home_file import FILE, Types, demand_safe, demand_settings, table_of
from aboveloop.kit.errors import WrongUsage

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TYPES: Types = {
    "name": str,
    "url": str,
    "key": str,
    "model": str,
    "languages": list,
    "voice_model": str,
    "voice": str,
    "voice_languages": list,
    "timeout_seconds": (int, float),
}


@dataclass(frozen=True)
class SpeechSettings:
    """An OpenAI-compatible endpoint for speech."""

    url: str
    model: str
    name: str = "speech"
    key: str = ""
    languages: tuple[str, ...] = ("en",)
    voice_model: str = ""
    voice: str = "alloy"
    voice_languages: tuple[str, ...] = ()
    timeout_seconds: float = 20.0


def speech_of(home: Path) -> SpeechSettings | None:
    """The provider's speech that this home may use, None where none is set up. Raises WrongUsage."""
    path, fields = home / FILE, table_of(home, "speech")
    if not fields:
        return None
    demand_settings(path, "[speech]", fields, _TYPES)
    lists = {key: value for key, value in fields.items() if isinstance(value, list)}
    if not all(isinstance(each, str) and each for value in lists.values() for each in value):
        raise WrongUsage(f'{path}: languages of [speech] are names such as "en".')
    found = SpeechSettings(**{**fields, **{key: tuple(value) for key, value in lists.items()}})
    demand_safe(path, "[speech]", found.url)
    if not _NAME.fullmatch(found.name):
        raise WrongUsage(f"{path}: {found.name!r} is no name of a provider. Use small letters, digits and _ .")
    if found.timeout_seconds <= 0:
        raise WrongUsage(f"{path}: timeout_seconds of [speech] must be above 0.")
    return found
