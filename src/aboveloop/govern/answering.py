"""Answering: whether a person may answer an approval, as a value with the reason, before they try."""

from datetime import datetime

from aboveloop.govern.approval import Approval, State
from aboveloop.govern.four_eyes import role_of
from aboveloop.govern.people import Permission, Person, may, may_approve_amount


def may_answer(person: Person, approval: Approval, now: datetime) -> Permission:
    """Whether this person may answer now, in the words that the refusal would have."""
    permission = may(person, "approve")
    if not permission.granted:
        return permission
    asked = {role_of(answer.role) for answer in approval.answers if answer.person_id is None}
    if approval.state is not State.WAITING:
        return Permission(False, f"This approval is {approval.state}: nobody needs to answer any more.")
    if now >= approval.expires_at:
        return Permission(False, "This approval has expired. Nothing is done; it can be asked anew.")
    if approval.action.by.kind == "person" and approval.action.by.id == person.id:
        return Permission(False, f"{person.name} asked for this. Somebody else answers it.")
    if approval.edited_by == person.id:
        return Permission(False, f"{person.name} edited this. Somebody else answers it.")
    if any(answer.person_id == person.id for answer in approval.answers):
        return Permission(False, f"{person.name} has answered already. The other role is another person.")
    if not asked & person.roles:
        return Permission(False, f"This waits for {_words(sorted(asked))}, which {person.name} does not hold.")
    held = [role_of(answer.role) for answer in approval.answers if role_of(answer.role) in asked & person.roles]
    within = may_approve_amount(person, held[0], approval.evidence.amount)
    if not within.granted:
        return within
    return Permission(True, f"{person.name} answers as {_words(sorted(asked & person.roles))}.")


def _words(roles: list[str]) -> str:
    return " and ".join(role.replace("_", " ") for role in roles)
