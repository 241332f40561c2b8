"""Paging, wired: which adapter calls in which way, and the round that comes by every few seconds."""

from dataclasses import dataclass
from datetime import datetime

from aboveloop.app.post.outboxes import Outbox
from aboveloop.connect.email.messages import Outgoing
from aboveloop.connect.paging import webhook
from aboveloop.connect.systems.surroundings import Surroundings
from aboveloop.govern.paging.pager import Call
from aboveloop.kit.clock import iso
from aboveloop.kit.settings import Settings

SECRET = "paging"
# Calls by e-mail come from here where the operation has no address of its own.
ADDRESS = "aboveloop@localhost"


@dataclass(frozen=True)
class WebhookCaller:
    """Posts to the way's `webhook`, signed with its `secret`, else with the secret `keys/paging` of this home."""

    settings: Settings

    def deliver(self, call: Call, now: datetime) -> None:
        surroundings = Surroundings(self.settings.home)
        url = surroundings.fill(str(call.way["webhook"]), what="The on-call webhook")
        given = call.way.get("secret")
        secret = (
            surroundings.fill(str(given), what="The on-call secret").encode() if given else self.settings.secret(SECRET)
        )
        content = {
            "call": call.id,
            "page": call.page,
            "person": call.person,
            "reason": call.reason,
            "severity": call.severity,
            "about": call.about,
            "level": call.level,
            "raised_at": iso(call.raised_at),
        }
        webhook.post(url, secret, iso(now), content)


class MailCaller:
    """Sends an e-mail by the mail server of the environment, else into an outbox (a Maildir) that one is to take."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def deliver(self, call: Call, now: datetime) -> None:
        text = (
            f"{call.reason}\n\nSeverity: {call.severity}\nAbout: {call.about}\nSince: {iso(call.raised_at)}\n\n"
            f"Acknowledge it in the console, or with: aboveloop incident acknowledge {call.page}\n"
            "Until somebody does, the next level is called."
        )
        subject = f"[{call.severity}] {call.reason}"
        self._outbox.send(Outgoing(id=call.id, to=str(call.way["email"]), subject=subject, text=text, at=now))
