"""Missing fields: what customers are asked for although it could have been known when they came, and what that costs.

Three signs: a message asks for something; a case waits for its customer and comes back to work; a field that some cases
bring along is empty at the start of others and filled later.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from aboveloop.discover.findings.chance import Estimate, share
from aboveloop.discover.findings.places import Place
from aboveloop.discover.ordering import Mask, Ordered
from aboveloop.history.logs.beginnings import LATER
from aboveloop.history.logs.log import UNKNOWN, Numbers
from aboveloop.history.logs.tellings import Tellings
from aboveloop.history.states import plain

PATTERN = "asked_later"
# What nearly no case brings along is what work finds out, not what was forgotten.
BROUGHT = 0.05
WAITS = re.compile(
    r"(await|wait|pending|attesa|wartet|attente|espera).*"
    r"\b(customer|client|user|caller|request|info|information|repl|response|evidence|kunde|cliente|utente)"
    r"|\b(need|needs|request|requested|ask|asked) (for )?(more |further |missing )?(info|information|details|customer)"
    r"|ruckfrage|(customer|client|user) (asked|contacted for)|^pending$"
)
_REQUEST = re.compile(
    r"\b(please|could you|can you|would you|kindly|we need|need your|send us|let us know|tell us|what is|which|bitte|"
    r"konnen sie|per favore|puo|ci serve|veuillez|pourriez|s'il vous|por favor|puede|necesitamos|graag|kunt u)\b"
)
_FIELDS = {
    "order number": r"\b(order (number|no|id)|bestel(l)?nummer|numero d.ordine|numero de (commande|pedido))\b",
    "invoice number": r"\b(invoice (number|no|id)|rechnungsnummer|numero (di|de) (fattura|facture|factura))\b",
    "customer number": r"\b((customer|account|client) (number|no|id)|kundennummer|numero cliente)\b",
    "serial number": r"\b(serial (number|no)|seriennummer|numero di serie)\b",
    "e-mail address": r"\be-?mail address\b|\be-?mail-?adresse\b|\bindirizzo e-?mail\b",
    "phone number": r"\b((tele)?phone number|telefonnummer|numero di telefono|numero de telephone|telefono)\b",
    "address": r"\b((postal|delivery|shipping|billing) address|lieferadresse|anschrift|indirizzo di)\b",
    "photo": r"\b(photos?|pictures?|screenshots?|fotos?|bilder?|immagin[ei])\b",
    "receipt": r"\b(receipt|proof of purchase|kaufbeleg|scontrino|ricevuta)\b",
    "bank details": r"\b(iban|bank (account|details)|bankverbindung|coordinate bancarie)\b",
    "date": r"\b(date of (purchase|birth|delivery)|purchase date|kaufdatum|data di acquisto)\b",
}
_ASKED = {name: re.compile(pattern) for name, pattern in _FIELDS.items()}


@dataclass(frozen=True)
class Asking:
    """`asked` is the share of cases in which anything was asked for later; `places` are candidates for claims."""

    asked: Estimate
    places: tuple[Place, ...]


def asking(ordered: Ordered, told: Tellings) -> Asking:
    found = [*_waits(ordered, told), *_texts(ordered, told), *_late(ordered, told)]
    cases = np.unique(np.concatenate([place.marked for place in found])) if found else np.zeros(0, dtype=np.int64)
    return Asking(share(len(cases), ordered.cases), tuple(found))


def _waits(ordered: Ordered, told: Tellings) -> Iterator[Place]:
    """Cases that waited for the customer and came back to work."""
    status = told.fields.get("status") if ordered.log.ours else None
    columns = [ordered.log.activities, ordered.log.states, status]
    for column in columns:
        if column is None:
            continue
        codes = column.codes[ordered.rows]
        for code, name in enumerate(column.names):
            if WAITS.search(plain(name)):
                yield from _place(ordered, _left(ordered, codes == code), name)


def _left(ordered: Ordered, waiting: Mask) -> Mask:
    """The last event of each stay in a state that did not end its case: it was left for work."""
    left = np.zeros(ordered.count, dtype=np.bool_)
    left[:-1] = waiting[:-1] & ~waiting[1:] & ~ordered.is_first[1:]
    return left


def _texts(ordered: Ordered, told: Tellings) -> Iterator[Place]:
    """Messages of ours in which something is asked for by name."""
    if told.text is None:
        return
    names = [_sentences(text) if text != UNKNOWN else () for text in told.text.names]
    codes = told.text.codes[ordered.rows]
    ours = by_us(ordered)
    for field, pattern in _ASKED.items():
        asks = np.array([_asks(text, pattern) for text in names], dtype=np.bool_)
        if asks.any():
            yield from _place(ordered, asks[codes] & ours, field)


def _sentences(text: str) -> tuple[str, ...]:
    return tuple(plain(said) for said in re.findall(r"[^.!?\n]+[.!?]?", text))


def _asks(sentences: tuple[str, ...], field: re.Pattern[str]) -> bool:
    """Whether one sentence asks for this."""
    return any(field.search(said) and (said.endswith("?") or _REQUEST.search(said)) for said in sentences)


def by_us(ordered: Ordered) -> Mask:
    """Events that are no words of the customer's."""
    names = ordered.log.activities.names
    theirs = np.array([bool(re.search(r"customer|client|opened|kunde|cliente", plain(name))) for name in names])
    by_us: Mask = ~theirs[ordered.activity] & ~ordered.is_first
    return by_us


def _late(ordered: Ordered, told: Tellings) -> Iterator[Place]:
    """Fields that are empty at the start and filled later, of those that some cases bring along."""
    first = ordered.starts[:-1]
    for name, column in told.fields.items():
        if LATER.search(name) or UNKNOWN not in column.names:
            continue
        filled = (column.codes != column.names.index(UNKNOWN))[ordered.rows]
        if ordered.log.ours:
            # Our own events say a field when the case is opened and where it changes.
            filled &= np.isin(np.array(ordered.log.activities.names), ("opened", "field_changed"))[ordered.activity]
        brought = filled[first]
        later = (ordered.per_case(filled) > 0) & ~brought
        if share(int(brought.sum()), ordered.cases).low <= BROUGHT or not later.any():
            continue
        # The event that fills it first stands for it.
        places = np.flatnonzero(filled & later[ordered.case])
        _, one = np.unique(ordered.case[places], return_index=True)
        events = np.zeros(ordered.count, dtype=np.bool_)
        events[places[one]] = True
        yield from _place(ordered, events, name)


def _place(ordered: Ordered, events: Mask, name: str) -> Iterator[Place]:
    hits = np.flatnonzero(events)
    if len(hits):
        could: Numbers = np.arange(ordered.cases, dtype=np.int64)
        yield Place(PATTERN, name, np.unique(ordered.case[hits]).astype(np.int64), could, len(hits))
