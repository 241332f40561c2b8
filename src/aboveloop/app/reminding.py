"""The round of reminders: what is due is noted, then brought to people by e-mail where there is a way; each once."""

import logging
import threading

from aboveloop.app.post.servers import Post
from aboveloop.app.premises import Premises
from aboveloop.app.reviews import what_of
from aboveloop.connect.email.messages import Outgoing
from aboveloop.connect.errors import MessageRefused, MessageUnsendable
from aboveloop.govern.people import Person
from aboveloop.govern.queue.reminders import BY_HAND, Messenger, Reminder, Reminders
from aboveloop.kit.database import DatabaseTrouble
from aboveloop.kit.errors import AboveloopError, TemporaryError
from aboveloop.ledger.entries import HOUSE
from aboveloop.work.turn_state import approvals_of

# Parts of hours are what people are reminded of: a minute later is as good.
EVERY_SECONDS = 60.0

logger = logging.getLogger(__name__)


class ReminderRound:
    """Walks once over what waits. Without a messenger people see their reminders in the console alone."""

    def __init__(self, premises: Premises, messenger: Messenger | None = None) -> None:
        self._premises = premises
        self._messenger = messenger

    def keep_on(self, closing: threading.Event) -> None:
        """Make a round every minute until the house closes."""
        while not closing.wait(EVERY_SECONDS):
            try:
                self.run()
            except (*DatabaseTrouble, AboveloopError) as error:
                logger.error("Nobody could be reminded, and it will be tried again: %s", error)

    def run(self) -> list[Reminder]:
        """Note what is due now, send what was not sent yet, mend edits that were cut off. Returns what was noted."""
        premises, now = self._premises, self._premises.house.clock.now()
        reminders = Reminders(premises.ledger, premises.current())
        with premises.database.write() as tx:
            approvals_of(premises.house, premises.current()).reopen_cut_off(tx, now)
        with premises.database.read() as reader:
            due = reminders.due(reader, now)
        noted: list[Reminder] = []
        for approval_id, step in due:
            # Each in a transaction of its own: a thousand chains are not locked at once.
            with premises.database.write() as tx:
                noted += reminders.note(tx, approval_id, step, now=now, by=HOUSE)
        self._send(reminders)
        return noted

    def remind_now(self, approval_id: str, by: Person) -> list[Reminder]:
        """Remind of one request out of turn, at most once an hour. Raises ApprovalNotFound."""
        premises, now = self._premises, self._premises.house.clock.now()
        reminders = Reminders(premises.ledger, premises.current())
        with premises.database.write() as tx:
            approvals_of(premises.house, premises.current()).find(tx, approval_id)
            step = f"{BY_HAND}_{now:%Y%m%d%H}"
            noted = reminders.note(tx, approval_id, step, now=now, by=by.actor)
        self._send(reminders)
        return noted

    def _send(self, reminders: Reminders) -> None:
        if self._messenger is None:
            return
        now = self._premises.house.clock.now()
        with self._premises.database.read() as reader:
            unsent = reminders.unsent(reader, now)
        for each in unsent:
            try:
                self._messenger.remind(each)
            except TemporaryError as error:
                logger.warning("%s The reminders will be sent later.", error)
                return
            with self._premises.database.write() as tx:
                reminders.sent(tx, each, now)


class MailMessenger:
    """Sends reminders by the ways of the channel `email`, to people who have an address in operation.yaml."""

    def __init__(self, premises: Premises, post: Post, url: str) -> None:
        self._premises = premises
        self._url = url.rstrip("/")
        self._outbox = post.outbox

    def remind(self, reminder: Reminder) -> None:
        """Raises TemporaryError where it cannot be sent now. Who has no address sees it in the console."""
        operation = self._premises.current()
        address = next((each.email for each in operation.about.people if each.id == reminder.person.id), None)
        if address is None:
            return
        approval = reminder.approval
        # Only what kind of action: mail passes through many hands, and the console shows the rest.
        what = what_of(operation, approval.action.operation, None)
        text = (
            f"{reminder.person.name}, a decision waits for you: {what}.\n\n"
            f"{approval.reason}\nIt expires on {approval.expires_at:%d %B %Y at %H:%M} UTC. If nobody answers until"
            f" then, nothing is done.\n\n{self._url}/approvals/{approval.id}\n"
        )
        outgoing = Outgoing(
            id=reminder.id,
            to=address,
            to_name=reminder.person.name,
            subject=f"A decision waits for you: {what}",
            text=text,
            at=reminder.at,
        )
        try:
            self._outbox.send(outgoing)
        except (MessageUnsendable, MessageRefused) as error:
            logger.warning("%s has no address that mail can go to: %s", reminder.person.id, error)
