"""Names that every operation has, and the shapes that names take."""

import re

NAME = re.compile(r"[a-z][a-z0-9_]*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

BUILT_IN_INTENTS = frozenset({"greeting", "thanks", "wants_person", "out_of_scope", "forget_it", "other_one"})
# The channel of the chat page, and the one that says that customers may speak there.
WEBCHAT = "webchat"
VOICE = "voice"
# Where messages come from pages that customers fill in (forms/*.yaml).
FORM_CHANNEL = "form"
NOT_SERVED = "language_not_served"
BUILT_IN_MESSAGES = (
    "greeting",
    "not_understood",
    "handed_over",
    "fine_kept_as_is",
    "anything_else",
    "goodbye",
    "please_wait_for_approval",
    "approved_now_done",
    "not_permitted",
    NOT_SERVED,
    "still_there",
    "system_trouble",
)

# What every expression in a step and every message may use, whatever the procedure has set.
RUN_NAMES = frozenset({"now", "customer", "contact"})
# What a variable may not be called: it would hide something that expressions rely on.
RESERVED_NAMES = RUN_NAMES | {"args", "result", "each"}
