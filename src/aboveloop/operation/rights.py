"""Rights: what a role may be given, in the words that folders, pages and tokens share."""

from collections.abc import Mapping
from typing import Literal

Right = Literal[
    "read_cases",
    "read_personal",
    "approve",
    "take_over",
    "reply",
    "pause",
    "resume",
    "propose",
    "promote",
    "edit_policies",
    "incident",
    "audit",
    "erase",
    "disclose",
    "manage_people",
    "tokens",
]

# In a folder, `release` stands for the two that once were one.
RightWord = Literal[Right, "release"]
BUNDLES: Mapping[str, tuple[Right, ...]] = {"release": ("propose", "promote")}

RIGHTS: Mapping[Right, str] = {
    "read_cases": "see cases: what they are, where they stand, what was decided by which rule",
    "read_personal": "see what customers said and what is known of them; each look is written down",
    "approve": "answer approvals, up to a limit where there is one",
    "take_over": "take a case from the worker, and end it",
    "reply": "write to the customer of a case that they have",
    "pause": "pause workers, procedures, operations, channels or everything",
    "resume": "let go on what was paused",
    "propose": "make releases and try them out",
    "promote": "put a release to work for customers, and take it back",
    "edit_policies": "change what is allowed, reviewed and prohibited, as a new release",
    "incident": "lead incidents through their five steps; saying that something is wrong is open to everybody",
    "audit": "verify the ledger, see who looked at what, export evidence",
    "erase": "erase a customer for good",
    "disclose": "take personal fields out of the house in a folder of evidence",
    "manage_people": "invite people, sign them out, unlock and block them",
    "tokens": "make tokens for programs, never for more than they may do themselves",
}

# How a right is said behind "may" and "may not", where its name is no verb.
SAID: Mapping[str, str] = {"incident": "lead incidents", "tokens": "make tokens"}

# Where a role begins its day.
HomePage = Literal[
    "control_room", "overview", "approvals", "cases", "audit", "releases", "policy", "organisation", "readiness"
]
