"""An incident written down as a golden case: what its customer said, and what must never happen again.

A draft for people: it holds the customer's own words, so they write it anew for a stand-in before a folder gets it.
"""

import io
from typing import Any

from ruamel.yaml import YAML

from aboveloop.app.premises import Premises
from aboveloop.govern.incidents.incident import Incident, Touched
from aboveloop.govern.lanes import Lane
from aboveloop.journey import cases
from aboveloop.kit.database import Reader
from aboveloop.work.incidents.contain import decided_in, question_of


def draft(premises: Premises, reader: Reader, incident: Incident, touched: Touched, *, name: str) -> dict[str, Any]:
    """The scenario of one touched action, in the form of scenarios/*.yaml."""
    case = cases.get(reader, touched.case_id)
    contact = cases.contact_of(reader, case.contact_id)
    said = [each for each in cases.messages_of(reader, case.id) if each.direction == "in" and each.at <= touched.at]
    return {
        "scenario": name,
        "title": incident.title,
        "channel": contact.channel,
        "from": contact.address,
        "steps": [{"customer": message.text} for message in said],
        "expect": {"ends": _should_end(premises, reader, incident, touched), "never": [touched.operation]},
    }


def as_yaml(scenario: dict[str, Any]) -> str:
    """As a file of scenarios."""
    out = io.StringIO()
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump([scenario], out)
    return out.getvalue()


def _should_end(premises: Premises, reader: Reader, incident: Incident, touched: Touched) -> str:
    """Where policy asks people first, the case waits for them; where it prohibits, people take it."""
    if incident.yardstick is None:
        return "waiting"
    entries = decided_in(premises.house, reader, incident.scope)
    question = next((question_of(premises.house, each) for each in entries if each.body["key"] == touched.key), None)
    if question is None:
        return "waiting"
    decision = question.answered_by(premises.pack_of(premises.operation_of(incident.yardstick)))
    return "handed_over" if decision.lane is Lane.PROHIBITED else "waiting"
