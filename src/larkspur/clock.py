"""The company's clock: the one place where Larkspur reads the present, and how it writes instants down."""

from datetime import UTC, datetime


def present() -> datetime:
    """The machine's time in UTC, to the second: order systems do not record fractions."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - the edge that the rest of the company asks


def stamp(instant: datetime) -> str:
    """`2026-11-22T09:30:00Z`: the one way an instant stands in Larkspur's records.

    Raises ValueError for an instant without a time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("An instant in Larkspur's records needs a time zone.")
    # A hundred thousand of them stand in a company's books, and `strftime` takes twice as long.
    return instant.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def read_stamp(text: str) -> datetime:
    """The aware datetime that `stamp` wrote."""
    return datetime.fromisoformat(text)
