"""What was heard goes to the page and comes back with the message, sealed: by whom it was heard, and how surely, is
believed of nobody but this house. Nothing is stored in between.
"""

import base64
import hashlib
import hmac
import json

from aboveloop.api.errors import SpokenUnknown
from aboveloop.connect.speech.ports import Heard
from aboveloop.journey.cases import Spoken

_PROOF_BYTES = 16


def sealed(secret: bytes, address: str, heard: Heard, seconds: float) -> str:
    """What goes with the words. It says nothing of them but their digest."""
    told = {
        "by": heard.by,
        "confidence": heard.confidence,
        "language": heard.language,
        "seconds": round(seconds, 1),
        "digest": _digest(heard.text),
    }
    content = json.dumps(told, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_proof(secret, address, content) + content).decode()


def spoken_in(secret: bytes, address: str, seal: str | None, text: str) -> Spoken | None:
    """Where the words of a message came from, None where they were typed. Raises SpokenUnknown for a seal that is not
    of this chat."""
    if seal is None:
        return None
    try:
        content = base64.b64decode(seal.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        content = b""
    proof, told = content[:_PROOF_BYTES], content[_PROOF_BYTES:]
    if not hmac.compare_digest(_proof(secret, address, told), proof):
        raise SpokenUnknown("These words were not heard in this chat, so they were not sent. Send them as typed.")
    values = json.loads(told)
    corrected = values.pop("digest") != _digest(text)
    return Spoken(**values, corrected=corrected)


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()[:32]


def _proof(secret: bytes, address: str, content: bytes) -> bytes:
    told = b"aboveloop/heard\n" + address.encode() + b"\n" + content
    return hmac.new(secret, told, hashlib.sha256).digest()[:_PROOF_BYTES]
