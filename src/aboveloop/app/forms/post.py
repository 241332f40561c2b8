"""Answers to forms by e-mail, beside the page: to the address that the customer gave, and what comes back from there.

The address is a claim. So it is its own contact point: whoever answers from there is verified by what they prove there,
and once somebody was verified on the page, what is said there stays there.
"""

from dataclasses import dataclass
from datetime import timedelta

from aboveloop.app.forms.words import words_in
from aboveloop.app.post.sending import send
from aboveloop.app.post.servers import Post
from aboveloop.app.post.threads import heard_before
from aboveloop.app.premises import Premises
from aboveloop.connect.email.messages import Outgoing, Received
from aboveloop.journey import cases, store
from aboveloop.journey.cases import Contact
from aboveloop.journey.forms import store as forms
from aboveloop.journey.forms.sent import BY_MAIL, Sent
from aboveloop.kit.database import Reader
from aboveloop.kit.ids import new_id
from aboveloop.operation.names import FORM_CHANNEL

HOUR = timedelta(hours=1)
# Anybody can type anybody's address: who gets mail because of more forms than this within an hour did not send them.
MOST_VISITS = 5


@dataclass(frozen=True)
class FormPost:
    """The channel `form` where mail is set up. Without it, answers stand on the page alone."""

    premises: Premises
    post: Post

    def deliver(self, message_id: str) -> None:
        """Send one recorded message to the address of its form. Raises TemporaryError."""
        with self.premises.database.read() as reader:
            row = store.message(reader, message_id)
            if row is None:
                return
            message = cases.message_of(row)
            contact = cases.contact_of(reader, message.contact_id)
            sent = _sent_from(reader, contact)
            if sent is None or sent.answers_go_to is None:
                return
            if forms.visits_giving(reader, sent.answers_go_to, message.at - HOUR) > MOST_VISITS:
                return
            stays = contact.id == cases.get(reader, message.case_id).verified_contact
            heard = heard_before(reader, message)
        words, company = words_in(sent.language), self.premises.current().about.title
        by_mail = is_by_mail(contact)
        last = heard[-1] if heard and by_mail else None
        outgoing = Outgoing(
            id=message.id,
            to=sent.answers_go_to,
            subject=words["mail_subject"].format(company=company),
            text=words["mail_stays"].format(case=message.case_id) if stays and not by_mail else message.text,
            at=message.at,
            in_reply_to=last.foreign_id if last is not None else None,
            references=tuple(each.foreign_id for each in heard if by_mail and each.foreign_id),
            automatic=message.author.startswith("worker:"),
        )
        send(self.premises, self.post.outbox, message.case_id, outgoing)


def answered_form(premises: Premises, message: Received, ours: str) -> str | None:
    """The contact address of the visit that a mail answers: it names a message of ours in its thread, which only who
    got it can know, and comes from where that was sent. None for any other mail."""
    ending = f"@{ours.partition('@')[2]}>"
    named = [each for each in (message.in_reply_to, *reversed(message.references)) if each and each.endswith(ending)]
    with premises.database.read() as reader:
        for foreign_id in named:
            row = store.message(reader, foreign_id[1 : -len(ending)])
            contact = None if row is None else cases.contact_of(reader, row.contact_id)
            sent = None if contact is None else _sent_from(reader, contact)
            if contact is not None and sent is not None and sent.answers_go_to == message.address:
                break
        else:
            return None
    address = contact.address if is_by_mail(contact) else BY_MAIL + contact.address
    values = {"customer_id": contact.customer_id, "channel": FORM_CHANNEL, "address": address}
    with premises.database.write() as tx:
        forms.add_contact(tx, {"id": new_id("contact"), **values})
    return address


def is_by_mail(contact: Contact) -> bool:
    return contact.channel == FORM_CHANNEL and contact.address.startswith(BY_MAIL)


def _sent_from(reader: Reader, contact: Contact) -> Sent | None:
    """The form of the visit that a contact point belongs to."""
    if contact.channel != FORM_CHANNEL:
        return None
    page = store.contact(reader, FORM_CHANNEL, contact.address.removeprefix(BY_MAIL))
    return None if page is None else forms.of_contact(reader, page.id)
