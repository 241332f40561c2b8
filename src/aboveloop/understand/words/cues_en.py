"""The English forms of small things: a greeting, thanks, a question, a wish for a person or to stop."""

from aboveloop.understand.words.forms import Forms

_GREETING_WORDS = (
    r"(?:hi(?:ya)?|hello|hey(?:a)?|hallo|howdy|greetings|good\s(?:morning|afternoon|evening|day)|morning|"
    r"dear\s\w+(?:\s\w+)?)"
)
_GREETING = (
    rf"^\W*{_GREETING_WORDS}(?:\s(?:there|all|team|everyone|again|bot|guys|to\syou(?:\sall)?))?(?!\w)[\s,.!:–-]*"
)
_THANKS = (
    r"\b(?:thanks|thank\s(?:you|u)|thankyou|thx|tnx|tysm|ty|cheers|much\sappreciated|"
    r"(?:i|really|greatly)\s(?:appreciate|am\sgrateful)|grateful)\b"
)
# "no thanks to you", "thanks for nothing" are not thanks.
_NO_THANKS = r"\bno\sthanks\sto\b|\bthanks\sfor\snothing\b|\bthanks\sa\sbunch\b"
_THANKS_AT_END = (
    r"[\s,.!-]{0,9}(?:(?:many\s)?thanks|thank\syou|thx|cheers)(?:\s(?:so|very)\smuch|\sa\slot|\sin\sadvance|\sagain|"
    r"\sfor\syour\shelp)?[\s.!]{0,9}$"
)
_ASKS = (
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
_WANTS_PERSON = (
    rf"\b(?:talk|speak|chat)\s(?:to|with)\s(?:me\s)?{_REAL}{_HUMAN}\b"
    rf"|\b(?:talk|speak|chat)\s(?:to|with)\s(?:your\s)?(?:customer\s(?:service|support|care)|support)\b"
    rf"|\b(?:connect|transfer|put|pass|hand|refer|escalate|forward|redirect)\s(?:me|this|it|us)\s(?:through\s|over\s|on\s)?(?:to|with)\s{_REAL}{_HUMAN}\b"
    rf"|\b(?:want|need|prefer|like|get\sme|give\sme|have|reach|contact|be\sconnected\s(?:to|with)|request(?:ing)?)\s(?:to\sreach\s|to\scontact\s)?"
    rf"(?:a|an|the|your|any)\s(?:real\s|live\s|actual\s|human\s)*(?:human(?:\sbeing|\sagent)?|real\sperson|agent|representative|operator|supervisor|manager|person)\b"
    rf"|\b(?:real|live|actual|human)\s(?:person|human|agent|representative|being|operator|assistant|support|help|advis[eo]r)\b"
    r"|\b(?:no|not\sa|stop\sthis|hate\sthis|hate|don't\swant\sto\stalk\sto\s(?:a|this))\s(?:stupid\s)?(?:bots?|robots?|machine|chatbot)\b"
    r"|\bis\sthere\s(?:a|any)\s(?:real\s)?(?:person|human|one\sreal)\b"
    r"|\bspeak\sto\sa\shuman\b"
    r"|\b(?:can|could|would|will|may|shall|have|let)\s(?:please\s)?(?:someone|somebody|anyone|a\s(?:colleague|human|person)|one\sof\syour\s\w+|any\sof\syour\s\w+)"
    r"\s(?:else\s|real\s|from\s(?:your|the)\s\w+\s|of\syour\s\w+\s|there\s|please\s)*(?:call|ring|phone|take\sover|step\sin|get\sin\stouch\swith\sme)\b"
    r"|\b(?:get|give|find|fetch)\sme\s(?:a\s|an\s|some)(?:body|one|colleague|human|person|agent)\b"
    r"|\b(?:someone|somebody|anyone|anybody)\s(?:who|that)(?:\sis|'s)\s(?:not\sa\s(?:computer|machine|robot|bot|program)|real|human)\b"
    r"|\b(?:call|ring|phone)\sme\sback\b"
)
_PERSON_ALONE = (
    rf"^\W*(?:(?:please|pls|hi|hello|ok|i\ssaid)[\s,]+)?{_REAL}(?:human|person|agent|representative|operator|manager|supervisor|people)"
    r"(?:[\s,.!]+(?:please|pls|now|asap))*\W*$"
)
_NOT_WANTED = (
    r"\b(?:don't|do\snot|didn't|no\sneed\sto|rather\snot|without\shaving\sto|instead\sof\shaving\sto|"
    r"need\snot)\s(?:\w+\s){0,4}$"
)
_ARE_YOU = r"\b(?:are\syou|am\si\s\w+\s(?:to|with)|is\sthis|were\syou)\s(?:\w+\s){0,3}$"

_MENTIONED = (
    rf"\b(?:spoke|spoken|talked|chatted|talking|speaking)\s(?:to|with)\s{_REAL}{_HUMAN}\b|\bare\syou\s(?:a\s|"
    rf"an\s)?{_REAL}{_HUMAN}\b"
)

_FORGET_IT = (
    r"^\W*(?:(?:ok(?:ay)?|actually|no|oh|well|sorry|please|hmm|you\sknow\swhat|ah|just|nah|then|let's|lets|hi|hey)[\s,.!]+)*"
    r"(?:forget\s(?:it|about\s(?:it|that|this)|that|this|what\si\s(?:said|asked))|never\s?mind|nvm|leave\s(?:it|that)(?:\sthen)?|drop\s(?:it|that)|"
    r"(?:don't|do\snot)\s(?:bother|worry\sabout\s(?:it|that))|stop(?:\s(?:it|this|that))?|abort|skip\s(?:it|that|this)|"
    r"start\s(?:over|again)|i'd\slike\sto\sstart\sover|(?:it|that)(?:'s|\sis)\snot\s(?:important|necessary)|"
    r"(?:it\s)?doesn't\smatter|no\slonger\s(?:needed|necessary)|let\sit\sgo)"
    r"(?:[\s,.!]+(?:then|now|please|thanks|thank\syou|anyway|sorry|any\s?more|it's\s(?:fine|ok(?:ay)?|alright|nothing|not\simportant)|"
    r"all\sgood|i\sfound\sit|i\schanged\smy\smind|i've\schanged\smy\smind|bye|for\snow|again|cheers))*\W*$"
)


_URGENT = (
    r"\burgent(?:ly)?\b|\basap\b|\bas\ssoon\sas\spossible\b|\bimmediate(?:ly)?\b|\bemergency\b|\bright\s(?:now|away)\b|"
    r"\bstraight\saway\b|\btime[\s-]critical\b|\b(?:need|needs|must|has\sto|have\sto)\b[^.!?]{0,50}\b(?:today|tonight|tomorrow)\b|"
    r"\b(?:leav(?:e|ing)|fly(?:ing)?|travel(?:ling)?|depart(?:ing)?|go(?:ing)?\saway)\s(?:today|tonight|tomorrow|in\sa\sfew\shours)\b|"
    r"\b(?:no\stime\sto\slose|cannot\swait|can't\swait\s(?:any\slonger|until))\b"
)
# "no rush", "not urgent" are the opposite.
_NO_HURRY = (
    r"\b(?:no\srush|no\shurry|not\s(?:so\s|very\s|that\s)?urgent|isn't\surgent|whenever\syou\s(?:can|have\stime))\b"
)

ENGLISH = Forms.of(
    "en",
    greeting=_GREETING,
    thanks=_THANKS,
    no_thanks=_NO_THANKS,
    thanks_at_end=_THANKS_AT_END,
    asks=_ASKS,
    wants_person=_WANTS_PERSON,
    person_alone=_PERSON_ALONE,
    not_wanted=_NOT_WANTED,
    are_you=_ARE_YOU,
    mentioned=_MENTIONED,
    forget_it=_FORGET_IT,
    urgent=_URGENT,
    no_hurry=_NO_HURRY,
)
