"""The reader's guide of a folder of evidence: what is in it, how to check it, what it proves and what it cannot."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).parent / "guide.md"


def guide_text(header: Mapping[str, Any], key: str) -> str:
    """README.md of a folder."""
    scope = header["scope"]
    since = f"{scope['since']} to before {scope['until']}" if scope["kind"] == "period" else ""
    opened = "The personal fields are opened in it: handle it as you would the persons' own letters."
    sealed = "The personal fields in it stay sealed: it names no customer by more than the house's own number."
    return TEMPLATE.read_text("utf-8").format(
        company=header["company"],
        scope=f"the time from {since}" if since else f"the {scope['kind']} `{scope['name']}`",
        entries=header["entries"],
        cases=len(header["cases"]),
        ledger=header["ledger"],
        made_at=header["made_at"],
        made_by=header["made_by"],
        personal=opened if header["personal"] else sealed,
        key=key,
    )
