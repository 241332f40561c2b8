"""Speaking in the web chat: a recording becomes words that the customer sees and sends, an answer is read aloud.

A recording lives in memory for as long as it is listened to. It is never stored, and nothing of it is written to a log.
"""

import hashlib
from typing import Annotated, Literal

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import Field

from aboveloop.api.chat import SECRET, Options, Session
from aboveloop.api.chat_sessions import ChatOptions, address_of, contact_of, webchat_of
from aboveloop.api.errors import ConsentMissing, VoiceMissing, VoicePaused
from aboveloop.api.heard import sealed
from aboveloop.api.listening import Listening
from aboveloop.api.routes import described
from aboveloop.api.shapes import ErrorShape, Shape
from aboveloop.api.visitors import DoorkeeperHere
from aboveloop.api.voice_offer import is_paused, language_on_page
from aboveloop.app.premises import Premises
from aboveloop.app.voice import SURE
from aboveloop.connect.speech.ports import Heard
from aboveloop.connect.speech.sentences import sentences
from aboveloop.connect.speech.wav import read_wav, write_wav
from aboveloop.journey import store
from aboveloop.ledger.entries import HOUSE
from aboveloop.operation.models import Operation
from aboveloop.operation.names import VOICE
from aboveloop.understand.language import detect

# The chat page stops a recording at a minute; what is a little late there is not too long here.
MOST_SECONDS = 61.0
LISTENING = Listening()
Part = Annotated[int, Path(ge=0, le=1_000, description="Which sentence of it, from 0 on.")]
MessageId = Annotated[str, Path(max_length=100)]

router = APIRouter(tags=["chat"], responses=described([404]))


class HeardShape(Shape):
    """`heard`: words to send. `unsure`: words that are probably others; ask again. `nothing`: nobody spoke."""

    outcome: Literal["heard", "unsure", "nothing"]
    text: str
    confidence: float | None = Field(description="From 0 to 1; null where the recogniser tells none.")
    alternatives: list[str]
    language: str
    spoken: str = Field(description="Send it back with the message: it says that these words were spoken.")


@router.post(
    "/chat/sessions/{session}/speech",
    summary="Say something",
    openapi_extra={
        "requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
    },
    responses={
        **described([403, 409, 422]),
        413: {"model": ErrorShape, "description": "More than a minute."},
        429: {"model": ErrorShape, "description": "Too much; Retry-After says when."},
        503: {"model": ErrorShape, "description": "Nobody hears at the moment; Retry-After says when."},
    },
)
async def hear(
    request: Request,
    doorkeeper: DoorkeeperHere,
    options: Options,
    session: Session,
    language: Annotated[str, Query(max_length=35)] = "",
    consent: Annotated[bool, Query(description="That the customer was asked, and agreed to be recorded.")] = False,
) -> HeardShape:
    """A WAV file in, words out. Nothing is sent yet: the words go with `spoken` to `messages`."""
    recording = await request.body()
    return await anyio.to_thread.run_sync(
        lambda: _heard(doorkeeper.premises, options, session, recording, language if consent else None)
    )


@router.get(
    "/chat/sessions/{session}/messages/{message}/speech/{part}",
    summary="Hear an answer",
    response_class=Response,
    responses={200: {"content": {"audio/wav": {}}, "description": "One sentence; X-Parts says how many there are."}},
)
def read_aloud(doorkeeper: DoorkeeperHere, session: Session, message: MessageId, part: Part) -> Response:
    """One sentence of a message to the customer, as a WAV file."""
    premises = doorkeeper.premises
    address = address_of(premises.settings.secret(SECRET), session)
    operation = _with_voice(premises)
    with premises.database.read() as reader:
        contact = contact_of(reader, address)
        row = store.message(reader, message)
    if row is None or contact is None or row.contact_id != contact.id or row.direction != "out":
        raise VoiceMissing("There is no such answer in this chat.")
    language = detect(row.text, tuple(operation.about.languages)).code or operation.about.languages[0]
    mouth = premises.voice.mouth(operation, language)
    parts = sentences(row.text)
    if mouth is None or part >= len(parts):
        raise VoiceMissing("Nobody reads this aloud here." if mouth is None else "The message has no such sentence.")
    if mouth.outside and not premises.voice.keeps(mouth, parts[part], language):
        _note_leaving(premises, mouth.name, "answer", parts[part].encode(), 0.0)
    made = premises.voice.say(mouth, parts[part], language)
    return Response(made, media_type="audio/wav", headers={"X-Parts": str(len(parts))})


def _heard(
    premises: Premises, options: ChatOptions, session: str, recording: bytes, language: str | None
) -> HeardShape:
    secret = premises.settings.secret(SECRET)
    address = address_of(secret, session)
    operation = _with_voice(premises)
    if language is None:
        raise ConsentMissing("Nobody was asked whether they may be recorded, so it was not listened to.")
    spoken = language_on_page(operation, [language])
    ears = premises.voice.ears(operation, spoken)
    if ears is None:
        raise VoiceMissing("Nobody hears this language here. Type instead.")
    with LISTENING.to(address, options.messages_a_minute):
        sound = read_wav(recording, most_seconds=MOST_SECONDS)
        if ears.outside:
            _note_leaving(premises, ears.name, "recording", write_wav(sound), sound.seconds)
        found = premises.voice.hear(ears, sound, spoken)
    return _told(found, sealed(secret, address, found, sound.seconds))


def _told(found: Heard, seal: str) -> HeardShape:
    sure = found.confidence is None or found.confidence >= SURE
    return HeardShape(
        outcome="nothing" if not found.text else "heard" if sure else "unsure",
        text=found.text,
        confidence=found.confidence,
        alternatives=list(found.alternatives),
        language=found.language,
        spoken=seal,
    )


def _with_voice(premises: Premises) -> Operation:
    """The operation at work. Raises ChannelMissing, VoiceMissing, VoicePaused."""
    webchat_of(premises)
    operation = premises.current()
    if VOICE not in operation.about.channels:
        raise VoiceMissing(f"{operation.about.title} takes no spoken words. Type instead.")
    with premises.database.read() as reader:
        if is_paused(premises, operation, reader):
            raise VoicePaused("Speaking is paused here at the moment. Type instead.", retry_after_seconds=60)
    return operation


def _note_leaving(premises: Premises, to: str, what: str, content: bytes, seconds: float) -> None:
    """What leaves is written down first: to whom, how much, and the digest by which it is known again."""
    body = {"to": to, "what": what, "bytes": len(content), "seconds": round(seconds, 1)}
    body["sha256"] = hashlib.sha256(content).hexdigest()
    with premises.database.write() as tx:
        premises.ledger.append(
            tx, case_id=HOUSE, kind="SpeechSentOutside", at=premises.house.clock.now(), actor=HOUSE, body=body
        )
