"""The verifier as one file: `verify.py` with what it imports of the house put in the place of the import."""

import re
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
_IMPORT = re.compile(r"^from aboveloop\.app\.evidence\.written import \(\n.*?^\)\n", re.MULTILINE | re.DOTALL)


@lru_cache(maxsize=1)
def verifier_text() -> str:
    """The text of the stand-alone `verify.py`; the same for every folder that this version writes."""
    checks, written = ((HERE / name).read_text("utf-8") for name in ("verify.py", "written.py"))
    # The part is code: its own description speaks of where it came from.
    part = written.split('"""\n', 1)[1].strip()
    whole, count = _IMPORT.subn(lambda _: f"{part}\n", checks)
    assert count == 1, "verify.py imports exactly one part of the house"
    return whole
