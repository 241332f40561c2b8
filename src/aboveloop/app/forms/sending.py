"""Sending: a form becomes a message, once for each slip and content; or why it was not taken, in words."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa

from aboveloop.app import store as app_store
from aboveloop.app.forms.filling import LONGEST_TEXT, Desk, Wrong, check, unknown_fields
from aboveloop.app.forms.slips import Slip, opened
from aboveloop.app.forms.words import complaint, words_in
from aboveloop.app.premises import Premises
from aboveloop.journey import store
from aboveloop.journey.cases import Incoming
from aboveloop.journey.forms import store as forms
from aboveloop.journey.forms.sent import Sent
from aboveloop.kit.canonical import canonical
from aboveloop.kit.database import Reader
from aboveloop.operation.form_models import Form, told
from aboveloop.operation.models import Operation
from aboveloop.operation.names import FORM_CHANNEL
from aboveloop.work.intake import take_in

SECRET = "session"
MINUTE = timedelta(minutes=1)
# As many as in a chat.
MESSAGES_A_MINUTE = 20

Kind = Literal["trap", "not_ours", "expired", "unknown_fields", "wrong", "too_often", "pace", "empty", "too_long"]


@dataclass(frozen=True)
class Taken:
    """It is written down: under which secret its customer reads and answers, and as what."""

    visit: str
    case_id: str
    message_id: str
    is_new: bool


@dataclass(frozen=True)
class NotTaken:
    """Nothing was written down. `sentence` says why and what to do; `wrong` are fields to be corrected."""

    kind: Kind
    sentence: str
    wrong: tuple[Wrong, ...] = ()
    retry_after_seconds: float | None = None


@dataclass(frozen=True)
class Given:
    """What came in. `trap` is what stands in the field that people do not see."""

    slip: str
    values: Mapping[str, str]
    trap: str = ""


def send(premises: Premises, operation: Operation, form: Form, given: Given, *, language: str) -> Taken | NotTaken:
    """Take a form in, or say why not. The same slip and values again change nothing, however late."""
    words, now = words_in(language), premises.house.clock.now()
    if given.trap.strip():
        return NotTaken("trap", words["trap"])
    slip = opened(premises.settings.secret(SECRET), given.slip)
    if slip is None or slip.form != form.form:
        return NotTaken("not_ours", words["not_ours"])
    if unknown_fields(form, given.values):
        return NotTaken("unknown_fields", words["unknown_fields"])
    checked = check(form, given.values, Desk(operation, premises.reader_of(operation), language, now))
    if not isinstance(checked, Sent):
        return NotTaken("wrong", words["not_sent"], checked)
    name = _name_of(checked)
    with premises.database.read() as reader:
        known = _known(reader, slip, name)
        refusal = None if known else _refusal(reader, form, slip, now, words)
    return known or refusal or _taken(premises, slip, checked, told(form.title, language), name)


def say(premises: Premises, address: str, text: str, *, visit: str, key: str, language: str) -> Taken | NotTaken:
    """A further message of a visit. `key` is the page's own name for it: the same again changes nothing."""
    words, now, own = words_in(language), premises.house.clock.now(), text.replace("\r\n", "\n").strip()
    if not own:
        return NotTaken("empty", words["empty"])
    if len(own) > LONGEST_TEXT:
        sentence = complaint(words, "too_long", words["answer"], count=len(own), most=LONGEST_TEXT)
        return NotTaken("too_long", sentence)
    with premises.database.read() as reader:
        contact = store.contact(reader, FORM_CHANNEL, address)
        assert contact is not None, "who has a visit has sent a form"
        if store.message_by_foreign_id(reader, contact.id, key) is None:
            lately = app_store.messages_since(reader, contact.id, now - MINUTE)
            if len(lately) >= MESSAGES_A_MINUTE:
                return NotTaken("pace", words["pace"], retry_after_seconds=60)
    received = take_in(premises.house, Incoming(FORM_CHANNEL, address, own, foreign_id=key))
    return Taken(visit, received.case.id, received.message_id, received.is_new)


def _name_of(sent: Sent) -> str:
    """The same content has the same name, whatever language its page was in."""
    said = [sent.need, sent.text, [[each.name, each.value or each.shown] for each in sent.fields]]
    return hashlib.sha256(canonical(said)).hexdigest()[:40]


def _known(reader: Reader, slip: Slip, name: str) -> Taken | None:
    """What the same slip with the same content has become before."""
    contact = store.contact(reader, FORM_CHANNEL, slip.address)
    row = None if contact is None else store.message_by_foreign_id(reader, contact.id, name)
    return None if row is None else Taken(slip.visit, row.case_id, row.id, is_new=False)


def _refusal(reader: Reader, form: Form, slip: Slip, now: datetime, words: Mapping[str, str]) -> NotTaken | None:
    if slip.is_too_old(now):
        return NotTaken("expired", words["expired"])
    lately = forms.sent_since(reader, form.form, now - MINUTE, limit=form.most_a_minute)
    if len(lately) < form.most_a_minute:
        return None
    pause = (lately[-1].at + MINUTE - now).total_seconds()
    return NotTaken("too_often", words["too_often"], retry_after_seconds=max(1.0, pause))


def _taken(premises: Premises, slip: Slip, sent: Sent, title: str, name: str) -> Taken:
    incoming = Incoming(FORM_CHANNEL, slip.address, sent.in_words(title), foreign_id=name, sent=sent)
    try:
        received = take_in(premises.house, incoming)
    except sa.exc.IntegrityError:
        # The other press of a double click has written the same rows in this moment: now they are found.
        received = take_in(premises.house, incoming)
    return Taken(slip.visit, received.case.id, received.message_id, received.is_new)
