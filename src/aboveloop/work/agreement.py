"""Agreement: whether a message of the customer says yes to what was just proposed, no, or neither.

The last clause that decides counts: "No other items. Yes, go ahead" is a yes, "Yes, but wait" is a no.
"""

import re
from enum import StrEnum


class Agreement(StrEnum):
    YES = "yes"
    NO = "no"
    NEITHER = "neither"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# Where one part of a message ends and another begins that may take back what it granted.
CLAUSES = _any(r"(?<=[.!?;\n])\s*", r"\W*\b(?=but\b|however\b|although\b|so please\b)", r"\n+")

# Verbs with which customers tell a worker to go on.
GO = (
    r"(?:go (?:ahead|for it|on)|proceed|continue|carry on|move forward|do (?:it|that|this|so|them|both|all)"
    r"|make (?:it|that|this|these|those|the)|get (?:it|this|that|them|these) (?:done|sorted|going|moving)"
    r"|finali[sz]e|complete|confirm|submit|process|book|cancel|return|exchange|change|modify|update|switch|swap|replace"
    r"|upgrade|downgrade|refund|apply|use|charge|add|remove|send|issue|place|reserve|schedule|activate|disable|enable"
    r"|reset)"
)
NOT = (
    r"(?:do not|don't|dont|won't|will not|wouldn't|would not|cannot|can't|never|not|didn't|did not|refuse to)"
    r"(?: (?:yet|really|want(?: you)? to|want|wish to|like to|going to|ready to|(?:think|believe) (?:i|we) should))*"
)
FILLER = r"(?:(?:oh|um+|uh+|well|actually|hmm+|sorry|okay|ok)\W+)*"
NO_OF_SOMETHING = r"(?:problem|worries|issue|rush|further|others?|more|additional|changes|doubt|longer|need|questions?)"

NO = _any(
    rf"^{FILLER}(?:no|nope|nah|stop|never ?mind|not yet|forget it|hold on|wait|hang on)\b(?! {NO_OF_SOMETHING}\b)",
    rf"\b{NOT} {GO}\b",
    rf"\b{NOT} (?:agree|accept|approve|okay|ok|acceptable|comfortable|correct|right)\b",
    rf"\b{NOT} what i (?:want|asked|meant|said)\b",
    r"\b(?:hold off|rather not|changed? my mind|let me think|need (?:some )?time|incorrect|disagree)\b",
    r"\btoo (?:expensive|high|much)\b|\bthat(?:'s| is) wrong\b",
    rf"\bbefore (?:i|we|you|making|proceeding|going|doing|confirming|anything)\b(?!.*\b(?:yes|please {GO}|go ahead)\b)",
    r"\b(?:over|above|beyond|exceeds|outside|out of) (?:my|our|the) budget\b",
)
FINE = r"(?:right|correct|fine|good|great|perfect|acceptable|okay|ok|accurate|happy)"
YES_WORDS = (
    r"(?:yes|yeah|yep|yup|ye|ya|sure|surely|ok|okay|okey|alright|all right|absolutely|definitely|certainly|of course"
    r"|indeed|affirmative|agreed|exactly|correct|confirmed)"
)
TELL_TO = r"(?:please|pls|just|let's|lets|let us|then|now|and|to|(?:can|could|would|may) you|you (?:can|may|could))"
YES = _any(
    rf"\b{YES_WORDS}\b",
    rf"\b(?:that's|that is|it's|it is|this is|looks|sounds|is|are|seems|all) (?:\w+ )?{FINE}\b",
    r"\b(?:that|this|it|which) (?:\w+ )?works\b|\bworks for me\b",
    r"\b(?:i|we) (?:do |hereby |fully )?(?:confirm|agree|accept|approve|consent)\b",
    rf"\b(?:i'm|i am) (?:\w+ )?{FINE} with\b",
    rf"\b{TELL_TO}(?: just| please| now| also| then| kindly| you)* {GO}\b",
    rf"^\W*{GO}\b|\bgo ahead\b|\bplease do\b",
    r"^\W*(?:perfect|great|fine|good|excellent|wonderful|y)\b",
)
# A clause under a condition, or one that asks, grants nothing by itself.
CONDITION = _any(
    r"\b(?:if|unless|only when|as long as|provid(?:ed|ing) that|whether|in case|assuming|once you|until|without)\b"
)
CONDITION_HELD = _any(r"\bthen yes\b")
AFTERTHOUGHT = _any(r"\b(?:without|otherwise)\b")
FIRST_SOMETHING_ELSE = _any(r"^\W*(?:but |and |just )*before (?:i|we|you)\b")
BEGINS_WITH_YES = _any(rf"^\W*{YES_WORDS}\b")
ASKS_TO_GO = _any(rf"\b(?:can|could|would|will) (?:you|we)(?: please| just| now)* {GO}\b")
ASKS_TO_TELL = _any(
    r"\b(?:confirm|tell|explain|clarify|check|look|let me know|know|what|which|how|why|when|where|who|is there)\b",
    r"\b(?:are there|do you|does)\b",
)


def agreement(text: str) -> Agreement:
    """What `text` says to a proposal. Only words count here, not what was proposed."""
    last = Agreement.NEITHER
    for clause in CLAUSES.split(text.replace("’", "'").replace("‘", "'")):
        said = _of_clause((clause or "").strip(" *\t\r\n\"'"))
        if said is not Agreement.NEITHER:
            last = said
    return last


def _of_clause(clause: str) -> Agreement:
    if clause.endswith("?"):
        return _of_question(clause)
    if NO.search(clause):
        return Agreement.NEITHER if AFTERTHOUGHT.search(clause) else Agreement.NO
    if CONDITION.search(clause) and not CONDITION_HELD.search(clause):
        return Agreement.NEITHER
    return Agreement.YES if YES.search(clause) else Agreement.NEITHER


def _of_question(clause: str) -> Agreement:
    if FIRST_SOMETHING_ELSE.search(clause):
        return Agreement.NO
    if CONDITION.search(clause):
        return Agreement.NEITHER
    if BEGINS_WITH_YES.search(clause):
        return Agreement.YES
    if ASKS_TO_GO.search(clause) and not ASKS_TO_TELL.search(clause):
        return Agreement.YES
    return Agreement.NEITHER
