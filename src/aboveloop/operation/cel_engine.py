"""The CEL engine without its command line, which the package imports too and which takes longer than all the rest."""

import sys
from types import ModuleType

_COMMAND_LINE = "cel.cli"


def _engine() -> ModuleType:
    """Import `cel` with an empty module where its command line would stand, if nobody has imported it before."""
    kept = sys.modules.get(_COMMAND_LINE)
    if kept is None:
        sys.modules[_COMMAND_LINE] = ModuleType(_COMMAND_LINE)
    try:
        import cel  # noqa: PLC0415 -- only after its place is taken
    finally:
        if kept is None:
            del sys.modules[_COMMAND_LINE]
    return cel


cel = _engine()
