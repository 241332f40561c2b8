"""What is assumed of work because no log tells it, and how that is said."""

from dataclasses import dataclass

# What is assumed unless it is said: an hour of a person's work with all that it costs, and a touch of a case.
HOUR_COST = 40.0
TOUCH_MINUTES = 5.0


@dataclass(frozen=True)
class Assumptions:
    """What no log tells: an hour's cost, in the company's currency, and the minutes of one touch by a person."""

    hour_cost: float | None = None
    touch_minutes: float | None = None

    @property
    def cost(self) -> float:
        return HOUR_COST if self.hour_cost is None else self.hour_cost

    @property
    def hours(self) -> float:
        """Of one touch."""
        return (TOUCH_MINUTES if self.touch_minutes is None else self.touch_minutes) / 60

    def in_words(self) -> list[str]:
        said = "as you said" if self.hour_cost is not None else "assumed"
        told = "as you said" if self.touch_minutes is not None else "assumed"
        return [
            f"An hour of a person's work costs {self.cost:g} ({said}).",
            f"Each event is one touch of {self.hours * 60:g} minutes by a person ({told}).",
        ]
