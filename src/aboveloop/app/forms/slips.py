"""Slips: what a form page carries, so that only forms that we gave out are taken, in time, and each once.

A slip is signed and names a visit. All that is sent with it is one visit's: the same again is the same message,
something else is a further message of the same case. Nothing is stored for a slip until it is sent.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from aboveloop.kit.clock import from_micros, to_micros

# A page that is left open overnight may still be sent in the morning.
LASTS = timedelta(hours=24)
NONCE_BYTES = 18
TOKEN_BYTES = 24
PROOF_BYTES = 12
# Of the token's digest: 160 bits name every visit there will ever be.
ADDRESS_CHARACTERS = 40


@dataclass(frozen=True)
class Slip:
    """`visit` is the secret under which its customer reads and answers; `address` is what is kept of it."""

    form: str
    made_at: datetime
    visit: str
    address: str

    def is_too_old(self, now: datetime) -> bool:
        return now - self.made_at > LASTS


def new_slip(secret: bytes, form: str, now: datetime) -> str:
    content = {"f": form, "n": secrets.token_urlsafe(NONCE_BYTES), "t": to_micros(now)}
    return str(_serializer(secret).dumps(content))


def opened(secret: bytes, text: str) -> Slip | None:
    """What a slip says, also when it is too old; None for one that was not given out here."""
    try:
        content = _serializer(secret).loads(text)
    except BadSignature:
        return None
    token = hmac.new(secret, f"aboveloop/visit\n{content['n']}".encode(), hashlib.sha256).digest()[:TOKEN_BYTES]
    visit = base64.urlsafe_b64encode(token + _proof(secret, token)).decode()
    return Slip(content["f"], from_micros(content["t"]), visit, _address(token))


def address_of(secret: bytes, visit: str) -> str | None:
    """The contact address of a visit; None for a secret that was not given out here."""
    try:
        content = base64.b64decode(visit.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        return None
    token, proof = content[:TOKEN_BYTES], content[TOKEN_BYTES:]
    return _address(token) if hmac.compare_digest(_proof(secret, token), proof) else None


def _address(token: bytes) -> str:
    return hashlib.sha256(token).hexdigest()[:ADDRESS_CHARACTERS]


def _proof(secret: bytes, token: bytes) -> bytes:
    return hmac.new(secret, b"aboveloop/form\n" + token, hashlib.sha256).digest()[:PROOF_BYTES]


def _serializer(secret: bytes) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret, salt="aboveloop/slip", signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    )
