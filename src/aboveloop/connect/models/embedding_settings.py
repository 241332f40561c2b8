"""Whose embeddings messages may be read with: `[embeddings]` of `models.toml` (see `home_file`).

[embeddings]
name = "acme"                 # how policies, flows and people call it
url = "https://api.acme.example/v1"
model = "acme-embed-large"
key = "ACME_API_KEY"          # the environment variable that holds the key; left out: none is sent
dimensions = 512              # left out: as many as the model gives
batch = 64                    # texts in one request
encoding = "float"            # or "base64": a fourth of the bytes, where the provider knows it
timeout_seconds = 30          # of one request of a fit
reading_seconds = 1.5         # a message is read by words where its embeddings take longer than this altogether
most_uncertainty = 0.5        # nothing is sent where masking doubts more than this
"""

import re
from dataclasses import dataclass
from pathlib import Path

from aboveloop.connect.models.home_file import FILE, MOST_UNCERTAINTY, Types, demand_safe, demand_settings, table_of
from aboveloop.kit.canonical import digest
from aboveloop.kit.errors import WrongUsage

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TYPES: Types = {
    "name": str,
    "url": str,
    "model": str,
    "key": str,
    "dimensions": int,
    "batch": int,
    "encoding": str,
    "timeout_seconds": (int, float),
    "reading_seconds": (int, float),
    "most_uncertainty": (int, float),
}
# The documented limit of the endpoint; servers that take fewer say so and get fewer.
_MOST_IN_A_BATCH = 2_048
_MOST_DIMENSIONS = 16_384
# A customer waits for the turn: nobody may make it wait longer than this.
LONGEST_READING_SECONDS = 10.0


@dataclass(frozen=True)
class EmbeddingSettings:
    """An OpenAI-compatible endpoint for embeddings. `dimensions` 0 leaves their number to the provider."""

    url: str
    model: str
    name: str = "embeddings"
    key: str = ""
    dimensions: int = 0
    batch: int = 64
    encoding: str = "float"
    timeout_seconds: float = 30.0
    reading_seconds: float = 1.5
    most_uncertainty: float = MOST_UNCERTAINTY

    @property
    def digest(self) -> str:
        """Names the model, wherever it is reached: what was fitted with it works with no other."""
        return digest(["embeddings of a provider", self.model, self.dimensions])


def embeddings_of(home: Path) -> EmbeddingSettings | None:
    """The embeddings that this home may use, None where none are set up. Raises WrongUsage."""
    path, fields = home / FILE, table_of(home, "embeddings")
    if not fields:
        return None
    demand_settings(path, "[embeddings]", fields, _TYPES)
    found = EmbeddingSettings(**fields)
    demand_safe(path, "[embeddings]", found.url)
    if not _NAME.fullmatch(found.name):
        raise WrongUsage(f"{path}: {found.name!r} is no name of a provider. Use small letters, digits and _ .")
    if found.encoding not in ("float", "base64"):
        raise WrongUsage(f'{path}: encoding of [embeddings] is "float" or "base64", not {found.encoding!r}.')
    in_range = (
        0 <= found.dimensions <= _MOST_DIMENSIONS
        and 1 <= found.batch <= _MOST_IN_A_BATCH
        and found.timeout_seconds > 0
        and 0 < found.reading_seconds <= LONGEST_READING_SECONDS
        and 0 <= found.most_uncertainty <= 1
    )
    if not in_range:
        raise WrongUsage(
            f"{path}: [embeddings] has a setting out of range: uncertainty is 0 to 1, batch 1 to {_MOST_IN_A_BATCH}, "
            f"reading_seconds above 0 and at most {LONGEST_READING_SECONDS:.0f}, the others above 0."
        )
    return found
