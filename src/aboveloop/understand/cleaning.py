"""From the message as it came to the text that is read: safe characters, no quoted history, no signature."""

import re
import unicodedata

# Read at most this much: a message that says something says it in its first 8,000 characters (about four pages),
# and every later step is linear in this number.
READ_CHARACTERS = 8_000
# Looked through for quoted history before the cut: a long quotation above a short answer must not hide it.
LOOKED_THROUGH = 64_000

_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# Format characters (Unicode category Cf): they hide words from rules and from people.
_INVISIBLE = re.compile(
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0001-\U000e007f]"
)
_SPACES = re.compile(r"\s+")
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "„": '"'})

_WROTE = re.compile(r"(?:wrote|schrieb|schreef|a écrit|escribió|ha scritto)\b.{0,80}:\s*$", re.IGNORECASE)
_ON_DAY = re.compile(r"\s*(?:on|am|op|le|el|il)\b.*\d", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"\s*(?:-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|weitergeleitete nachricht"
    r"|oorspronkelijk bericht"
    r"|message d[’']origine|message original|message transféré|mensaje original|mensaje reenviado"
    r"|messaggio originale)\s*-{2,}"
    r"|begin forwarded message:|_{20,})\s*$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"\s*\*?(?:from|sent|to|cc|subject|date|von|gesendet|an|betreff|datum|van|verzonden|aan|onderwerp|de|envoyé|à|objet"
    r"|enviado|para|asunto|fecha|da|inviato|oggetto)\*?\s?:\s+\S",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"\s*(?:sent from (?:my|outlook|mail|yahoo)\b.{0,60}|get outlook for .{0,40}"
    r"|(?:von meinem|gesendet von|diese nachricht wurde von meinem)\b.{0,60}|envoyé (?:de|depuis)\b.{0,60}"
    r"|enviado desde\b.{0,60}|verstuurd vanaf\b.{0,60}|inviato da\b.{0,60})$",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"\s*(?:(?:kind|best|warm|many)\s+(?:regards|wishes)|regards|sincerely|yours (?:sincerely|truly|faithfully)"
    r"|best|cheers|kr|br"
    r"|(?:mit\s+)?(?:freundlichen|besten|vielen|lieben|herzlichen|schönen|freundliche|beste|viele|liebe"
    r"|herzliche|schöne)"
    r"\s+gr(?:ü|ue)(?:ß|ss)en?|mfg|lg|vg|hochachtungsvoll|gr(?:ü|ue)(?:ß|ss)e"
    r"|(?:bien\s+|très\s+)?cordialement|(?:meilleures\s+|sincères\s+)?salutations(?:\s+distinguées)?"
    r"|bien à vous|bonne (?:journée|soirée)"
    r"|(?:un\s+(?:cordial\s+)?)?saludos?(?:\s+cordial(?:es)?)?|cordiales\s+saludos|atentamente|un abrazo"
    r"|(?:met\s+)?(?:vriendelijke|hartelijke)\s+groet(?:en)?|(?:cordiali|distinti)\s+saluti)\s*[,.!]?\s*$",
    re.IGNORECASE,
)
# "Thanks," is often a sentence of its own; with nothing but a name below, the name is the signature.
_THANKS = re.compile(
    r"\s*(?:(?:many )?thanks|thank you|danke(?: schön)?|vielen dank|besten dank|merci(?: beaucoup)?"
    r"|(?:muchas )?gracias)"
    r"(?: in advance| again| im voraus| d[’']avance| de antemano)?\s*[,.!]?\s*$",
    re.IGNORECASE,
)
_NAME = re.compile(r"\s*[A-Z][^\W\d_]+(?: (?:[A-Z][^\W\d_]+|van|de|der|den|von|da)){0,3}\s*$")
# A name, a street, a town, a phone number: more lines than this under a sign-off are text, not a signature.
_SIGNATURE_LINES = 6
_SIGNATURE_LINE_CHARACTERS = 60


def clean(text: str) -> str:
    """`text` of the same length without characters that a database or JSON refuses (NUL, lone surrogates)."""
    return _UNSAFE.sub(lambda match: "\ufffd" if match.group() >= "\ud800" else " ", text)


def readable(text: str) -> tuple[str, bool]:
    """The text to read, and whether some of the customer's own words had to be left out."""
    head = clean(text[:LOOKED_THROUGH])
    own = strip_quoted(head)
    return own[:READ_CHARACTERS], len(text) > LOOKED_THROUGH or len(own) > READ_CHARACTERS


def folded(text: str) -> str:
    """`text` as rules compare it: one form for each character, small letters, single spaces, nothing invisible."""
    plain = text
    if not text.isascii():
        plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text).translate(_STRAIGHT))
    return _SPACES.sub(" ", plain.lower().replace("`", "'")).strip()


def folded_lines(text: str) -> str:
    """`folded`, with the lines kept apart."""
    return "\n".join(folded(line) for line in text.splitlines())


def strip_quoted(text: str) -> str:
    """What the writer of an e-mail added: without quoted lines, the history below and the signature.

    Empty where all of it is quoted: the proposal that we quoted to the customer must never be read as an answer.
    """
    kept: list[str] = []
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if _history_begins(lines, place) or line.rstrip() == "--":
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(_without_signature(kept)).strip()


def _history_begins(lines: list[str], place: int) -> bool:
    line = lines[place]
    if _ORIGINAL.match(line):
        return True
    if _HEADER.match(line):
        # One line such as "From: ..." is something that people write; two in a row are a mail's header.
        return place + 1 < len(lines) and _HEADER.match(lines[place + 1]) is not None
    # "On Monday, 3 March, Anna <anna@...>" may break over three lines before "wrote:".
    return _ON_DAY.match(line[:300]) is not None and any(
        _WROTE.search(lines[below][-300:]) for below in range(place, min(place + 3, len(lines)))
    )


def _without_signature(lines: list[str]) -> list[str]:
    while lines and (not lines[-1].strip() or _SENT_FROM.match(lines[-1][:200])):
        lines.pop()
    if len(lines) > 1 and _NAME.match(lines[-1][:80]) and _THANKS.match(lines[-2][:80]):
        return lines[:-1]
    for place in range(max(1, len(lines) - _SIGNATURE_LINES - 1), len(lines)):
        below = lines[place + 1 :]
        if _SIGN_OFF.match(lines[place][:80]) and not any(
            "?" in line or len(line) > _SIGNATURE_LINE_CHARACTERS for line in below
        ):
            return lines[:place]
    return lines
