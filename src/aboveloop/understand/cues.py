"""Small things that a message shows by its form: a greeting, thanks, a question, a wish for a person or to stop."""

import re

_GREETING_WORDS = (
    r"(?:hi(?:ya)?|hello|hey(?:a)?|hallo|howdy|greetings|good\s(?:morning|afternoon|evening|day)|morning|"
    r"dear\s\w+(?:\s\w+)?)"
)
_GREETING = re.compile(rf"^\W*{_GREETING_WORDS}(?:\s(?:there|all|team|everyone|again|bot|guys))?(?!\w)[\s,.!:–-]*")
_THANKS = re.compile(
    r"\b(?:thanks|thank\s(?:you|u)|thankyou|thx|tnx|tysm|ty|cheers|much\sappreciated|"
    r"(?:i|really|greatly)\s(?:appreciate|am\sgrateful)|grateful)\b"
)
# "no thanks to you", "thanks for nothing" are not thanks.
_NO_THANKS = re.compile(r"\bno\sthanks\sto\b|\bthanks\sfor\snothing\b|\bthanks\sa\sbunch\b")
_THANKS_AT_END = re.compile(
    r"[\s,.!-]{0,9}(?:(?:many\s)?thanks|thank\syou|thx|cheers)(?:\s(?:so|very)\smuch|\sa\slot|\sin\sadvance|\sagain|"
    r"\sfor\syour\shelp)?[\s.!]{0,9}$"
)
_ASKS = re.compile(
    r"^(?:(?:and|so|but|ok(?:ay)?|well|please|sorry|also|hi|hello|hey)[\s,]+)*"
    r"(?:(?:what|why|how|who|whose|which)\b|(?:when|where)\s(?:is|are|was|were|will|do|does|did|can|could|should|would|has|have)\b|"
    r"(?:can|could|do|does|did|is|are|was|were|will|would|should|may|might|am|have|has|had|isn't|aren't|don't|doesn't|can't|won't)\s"
    r"(?:you|i|we|it|the|my|there|your|this|that|they|he|she|someone|anyone|somebody|anybody|a|an)\b)"
)

_HUMAN = (
    r"(?:human(?:\sbeing)?|person|people|agent|representative|rep|operator|advis[eo]r|colleagues?|"
    r"supervisor|manager|employee|staff|team\smember|someone|somebody|one\sof\syou(?:r\speople)?)"
)
_REAL = (
    r"(?:a\s|an\s|another\s|some\s|the\s|your\s|any\s)*(?:real\s|live\s|actual\s|human\s|proper\s|"
    r"customer\s(?:service|support|care)\s|service\s|support\s)*"
)
_WANTS_PERSON = re.compile(
    rf"\b(?:talk|speak|chat)\s(?:to|with)\s(?:me\s)?{_REAL}{_HUMAN}\b"
    rf"|\b(?:talk|speak|chat)\s(?:to|with)\s(?:your\s)?(?:customer\s(?:service|support|care)|support)\b"
    rf"|\b(?:connect|transfer|put|pass|hand|refer|escalate|forward|redirect)\s(?:me|this|it|us)\s(?:through\s|over\s|on\s)?(?:to|with)\s{_REAL}{_HUMAN}\b"
    rf"|\b(?:want|need|prefer|like|get\sme|give\sme|have|reach|contact|be\sconnected\s(?:to|with)|request(?:ing)?)\s(?:to\sreach\s|to\scontact\s)?"
    rf"(?:a|an|the|your|any)\s(?:real\s|live\s|actual\s|human\s)*(?:human(?:\sbeing|\sagent)?|real\sperson|agent|representative|operator|supervisor|manager|person)\b"
    rf"|\b(?:real|live|actual|human)\s(?:person|human|agent|representative|being|operator|assistant|support|help|advis[eo]r)\b"
    r"|\b(?:no|not\sa|stop\sthis|hate\sthis|hate|don't\swant\sto\stalk\sto\s(?:a|this))\s(?:stupid\s)?(?:bots?|robots?|machine|chatbot)\b"
    r"|\bis\sthere\s(?:a|any)\s(?:real\s)?(?:person|human|one\sreal)\b"
    r"|\bspeak\sto\sa\shuman\b"
)
_PERSON_ALONE = re.compile(
    rf"^\W*(?:(?:please|pls|hi|hello|ok|i\ssaid)[\s,]+)?{_REAL}(?:human|person|agent|representative|operator|manager|supervisor|people)"
    r"(?:[\s,]+(?:please|pls|now|asap))*\W*$"
)
_NOT_WANTED = re.compile(
    r"\b(?:don't|do\snot|didn't|no\sneed\sto|rather\snot|without\shaving\sto|instead\sof\shaving\sto|need\snot)\s(?:\w+\s){0,4}$"
)
_ARE_YOU = re.compile(r"\b(?:are\syou|am\si\s\w+\s(?:to|with)|is\sthis|were\syou)\s(?:\w+\s){0,3}$")

_MENTIONED = re.compile(
    rf"\b(?:spoke|spoken|talked|chatted|talking|speaking)\s(?:to|with)\s{_REAL}{_HUMAN}\b|\bare\syou\s(?:a\s|an\s)?{_REAL}{_HUMAN}\b"
)

_FORGET_IT = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|actually|no|oh|well|sorry|please|hmm|you\sknow\swhat|ah|just|nah|then|let's|lets|hi|hey)[\s,.!]+)*"
    r"(?:forget\s(?:it|about\s(?:it|that|this)|that|this|what\si\s(?:said|asked))|never\s?mind|nvm|leave\s(?:it|that)(?:\sthen)?|drop\s(?:it|that)|"
    r"(?:don't|do\snot)\s(?:bother|worry\sabout\s(?:it|that))|stop(?:\s(?:it|this|that))?|abort|skip\s(?:it|that|this)|"
    r"start\s(?:over|again)|i'd\slike\sto\sstart\sover|(?:it|that)(?:'s|\sis)\snot\s(?:important|necessary)|"
    r"(?:it\s)?doesn't\smatter|no\slonger\s(?:needed|necessary)|let\sit\sgo)"
    r"(?:[\s,.!]+(?:then|now|please|thanks|thank\syou|anyway|sorry|any\s?more|it's\s(?:fine|ok(?:ay)?|alright|nothing|not\simportant)|"
    r"all\sgood|i\sfound\sit|i\schanged\smy\smind|i've\schanged\smy\smind|bye|for\snow|again|cheers))*\W*$"
)


def greets(plain: str) -> bool:
    """Whether it opens with a greeting. All functions here take text that `folded` has made."""
    return _GREETING.match(plain) is not None


def thanks(plain: str) -> bool:
    return _THANKS.search(plain) is not None and _NO_THANKS.search(plain) is None


def asks(plain: str) -> bool:
    """Whether it puts a question, with or without a question mark."""
    return "?" in plain or "؟" in plain or _ASKS.match(plain) is not None


def wants_person(plain: str, phrases: tuple[str, ...] = ()) -> bool | None:
    """Whether a person is asked for, by the rules or one of the operation's own phrases (folded).

    None where no rule speaks; False where a person is mentioned in another way: denied, asked about, or in the past.
    """
    if _PERSON_ALONE.match(plain) or any(phrase in plain for phrase in phrases):
        return True
    mentioned = _MENTIONED.search(plain) is not None
    for match in _WANTS_PERSON.finditer(plain):
        before = plain[: match.start()][-60:]
        if not (_NOT_WANTED.search(before) or _ARE_YOU.search(before)):
            return True
        mentioned = True
    return False if mentioned else None


def forgets_it(plain: str) -> bool:
    """Whether the customer wants what is going on to stop, and says nothing else."""
    return len(plain) < 120 and _FORGET_IT.match(plain) is not None


def is_only_greeting(plain: str) -> bool:
    return greets(plain) and not _GREETING.sub("", plain, count=1).strip(" !.,?")


def is_only_thanks(plain: str) -> bool:
    return thanks(plain) and not _THANKS_AT_END.sub("", f" {plain}", count=1).strip(" !.,")


def core(plain: str) -> str:
    """The text without its greeting and its thanks, where something remains: the wish stands between them."""
    inner = _THANKS_AT_END.sub("", _GREETING.sub("", plain, count=1), count=1).strip()
    return inner if sum(letter.isalpha() for letter in inner) > 3 and " " in inner else plain
