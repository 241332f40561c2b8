"""Personalising: what is fitted to what is known of a customer passes only while they agree to that.

Whatever policy says: it is refused before policy is asked.
"""

from aboveloop.govern.actions import Action
from aboveloop.operation.models import Operation

# The purpose of the consent, as `context.consents` names it.
PERSONALISATION = "personalisation"
# The action by which the operation's own messages are said, and its argument.
REPLY, TEMPLATE = "house.reply", "template"
NOT_AGREED = "It is fitted to what is known of the customer, and the customer has not agreed to that."


def personalises(operation: Operation) -> bool:
    """Whether anything here is fitted to customers at all."""
    systems = operation.systems.values()
    return bool(operation.about.privacy.personalised) or any(
        spec.personalised for system in systems for spec in system.operations.values()
    )


def is_personalised(operation: Operation, action: Action) -> bool:
    """Whether the operation marks this as fitted to what is known of the customer: what is done, or the message."""
    spec = operation.system_operation(action.operation)
    if spec is None:
        return False
    return spec.personalised or (
        action.operation == REPLY and action.args.get(TEMPLATE) in operation.about.privacy.personalised
    )
