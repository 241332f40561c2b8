"""Money in minor units: integers only, so that sums are exact."""

from dataclasses import dataclass

# ISO 4217 currencies without two decimals that our users meet; every other has two.
EXPONENTS = {
    "JPY": 0,
    "KRW": 0,
    "ISK": 0,
    "CLP": 0,
    "VND": 0,
    "BHD": 3,
    "KWD": 3,
    "TND": 3,
    "JOD": 3,
    "OMR": 3,
}


@dataclass(frozen=True, order=False)
class Money:
    """An amount in minor units (cents) of one currency (ISO 4217 code)."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same_currency(other)
        return self.minor < other.minor

    def __le__(self, other: "Money") -> bool:
        self._same_currency(other)
        return self.minor <= other.minor

    def __str__(self) -> str:
        exponent = EXPONENTS.get(self.currency, 2)
        sign, minor = ("-" if self.minor < 0 else ""), abs(self.minor)
        if exponent == 0:
            return f"{sign}{minor} {self.currency}"
        whole, part = divmod(minor, 10**exponent)
        return f"{sign}{whole}.{part:0{exponent}d} {self.currency}"

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix without an exchange rate.")
