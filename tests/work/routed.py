"""The bakery with routing rules."""

from pathlib import Path

from work.bakery import FILES, Bakery, operation_of

ROUTING = """\
queues:
  - {queue: counter, title: The counter, roles: [clerk]}
  - {queue: money, title: Money, roles: [refund_approver]}
rules:
  - {rule: offers, title: Offers, when: {subject: [flour offer*]}, to: aside}
  - rule: mill
    title: The mill
    when: {automatic: [no_reply, reply], senders: [mill.example]}
    to: people
    priority: low
  - {rule: danger, title: Danger, when: {flags: [threat]}, priority: urgent}
  - {rule: wedding, title: Weddings, when: {words: [wedding*]}, to: people, priority: high}
  - {rule: angry, title: Angry, when: {flags: [angry]}, queue: money, priority: high}
  - {rule: cancelling, title: Cancelling, when: {intents: [cancel_order]}, queue: money}
  - {rule: pictures, title: Pictures, when: {attachments: true}, to: people}
"""
ROUTED = operation_of({**FILES, "routing.yaml": ROUTING})


def open_bakery(home: Path, url: str) -> Bakery:
    opened = Bakery(home, url, ROUTED)
    opened.open()
    return opened
