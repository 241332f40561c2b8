"""Numbers and times as people read them."""

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def number(value: int) -> str:
    return f"{value:,}"


def in_words(micros: int | float) -> str:
    """`3.5 h`: a time in the unit in which it is read."""
    seconds = micros / 1_000_000
    for unit, name in _UNITS:
        if seconds >= unit:
            return f"{seconds / unit:,.1f} {name}"
    return f"{seconds:.1f} s" if 0 < seconds < 10 else f"{seconds:.0f} s"
