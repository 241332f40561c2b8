"""What is new in a reply: without the conversation that it quotes and without the signature.

Our own earlier words come back in every reply; read as the customer's, they would say things nobody said.
"""

import re

# The line by which a mail program introduces what it quotes, in the languages that our users meet. It may be wrapped.
INTRODUCES = re.compile(
    r"^(?:on|am|op|le|el|il|em|den|w dniu|dnia)\b.{4,300}?"
    r"(?:wrote|schrieb|schreef|a écrit|escribió|ha scritto|escreveu|skrev|napisał(?:\(a\))?)(?:[^\n:]{0,200})\s*:\s*$",
    re.IGNORECASE | re.DOTALL,
)
# Outlook's way: a rule, then a head as in a letter.
RULE = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|ursprüngliche nachricht|oorspronkelijk bericht|message d'origine"
    r"|mensaje original|messaggio originale)\s*-{2,}|_{20,})\s*$",
    re.IGNORECASE,
)
HEAD = re.compile(r"^\s*\*?(?:from|von|van|de|da)\s?:\*?\s.+", re.IGNORECASE)
HEAD_NEXT = re.compile(
    r"^\s*\*?(?:sent|date|gesendet|datum|verzonden|envoyé|enviado|inviato)\s?:\*?\s.+", re.IGNORECASE
)
WRAPPED_LINES = 3


def what_is_new(text: str) -> str:
    """The new words of `text`; all of it where nothing else is left, since a quotation alone is an answer too."""
    lines = text.splitlines()
    kept: list[str] = []
    for number, line in enumerate(lines):
        if _ends_here(lines, number):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip() or text.strip()


def _ends_here(lines: list[str], number: int) -> bool:
    """True where the signature or the earlier conversation begins."""
    line = lines[number]
    if line in ("-- ", "--") or RULE.match(line):
        return True
    if HEAD.match(line) and any(HEAD_NEXT.match(following) for following in lines[number + 1 : number + 3]):
        return True
    wrapped = (" ".join(lines[number : number + count]).strip() for count in range(1, WRAPPED_LINES + 1))
    return any(INTRODUCES.match(candidate) for candidate in wrapped)
