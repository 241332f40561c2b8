"""What is asked of the ledger about how messages were read."""

import json
from datetime import datetime

import sqlalchemy as sa

from aboveloop.kit.database import Reader
from aboveloop.ledger.store import ledger_entries

_e = ledger_entries.c
_READ = "MessageRead"
# More of the latest than this are not looked at.
_MOST = 5_000


def read_since(reader: Reader, since: datetime) -> list[str]:
    """How each message was read since then ("" where nothing is told of it), the latest first."""
    found = sa.select(_e.body).where(_e.kind == _READ, _e.at >= since).order_by(_e.position.desc()).limit(_MOST)
    return [str(json.loads(row.body).get("read_by", "")) for row in reader.all(found)]
