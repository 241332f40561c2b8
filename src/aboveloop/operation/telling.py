"""How values are told to customers: amounts, days and the words of records, as each language writes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aboveloop.kit.money import Money

_MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
}
_FORMS = {"de": "{day}. {month} {year}", "es": "{day} de {month} de {year}"}


@dataclass(frozen=True)
class Telling:
    """`language` decides how amounts and days are written; `words` are the operation's own words in it."""

    language: str = "en"
    words: Mapping[str, str] = field(default_factory=dict)

    def word(self, value: object) -> str:
        """A word of a record (`packed`, `moss`) in this language; itself where the operation has no word for it."""
        text = str(value)
        return self.words.get(text, text)

    def day(self, instant: datetime) -> str:
        """14 November 2026. A language whose months are not known here gets 2026-11-14, which nobody misreads."""
        language = self.language.partition("-")[0]
        if language == "en":
            return f"{instant.day} {instant:%B %Y}"
        if language not in _MONTHS:
            return f"{instant:%Y-%m-%d}"
        number = "1er" if language == "fr" and instant.day == 1 else str(instant.day)
        form = _FORMS.get(language, "{day} {month} {year}")
        return form.format(day=number, month=_MONTHS[language].split()[instant.month - 1], year=instant.year)

    def money(self, money: Money) -> str:
        """49.90 EUR in English, 49,90 EUR in the other languages of the continent."""
        return str(money) if self.language.partition("-")[0] not in _MONTHS else str(money).replace(".", ",")


IN_ENGLISH = Telling()
