"""Web chat: the customers' door. A secret session instead of a sign-in; answers come as server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from aboveloop.api.chat_sessions import (
    ChatOptions,
    address_of,
    check_pace,
    checked_text,
    contact_of,
    new_session,
    webchat_of,
)
from aboveloop.api.fan_out import ChatMessage, FanOut, Listener
from aboveloop.api.heard import spoken_in
from aboveloop.api.routes import described
from aboveloop.api.shapes import ErrorShape, Shape, Words
from aboveloop.api.visitors import DoorkeeperHere
from aboveloop.app.premises import Premises
from aboveloop.journey.cases import Incoming
from aboveloop.journey.store import messages_for_contact
from aboveloop.operation.names import WEBCHAT
from aboveloop.understand.language import detect
from aboveloop.work.intake import take_in

SECRET = "session"
LARGEST_NUMBER = 2**53 - 1
# As many messages as one question to the database gives at most.
PAGE = 500


class SessionShape(Shape):
    session: str = Field(description="Secret: whoever holds it reads and writes in this chat.")


class WrittenShape(Shape):
    """A message of the customer. `id` is the client's own name for it: the same id again changes nothing."""

    id: Words = Field(min_length=1, max_length=100, examples=["5f0c1b-1"])
    text: str = Field(examples=["I want to cancel my order LK-100007"])
    spoken: str | None = Field(
        default=None, max_length=1_000, description="What came with the words, where they were said."
    )


class TakenShape(Shape):
    """The message was written down; a worker answers it."""

    message: str
    case: str


class ChatMessageShape(Shape):
    number: int = Field(description="Only grows; ask for what comes `after` it.")
    id: str
    author: str = Field(description="customer, worker (an AI) or person.", examples=["worker"])
    text: str
    at: str
    language: str | None = Field(description="Which language it is in, where that can be told.", examples=["en"])


class ChatMessagesShape(Shape):
    messages: list[ChatMessageShape]


def options_of(request: Request) -> ChatOptions:
    options = request.app.state.chat_options
    assert isinstance(options, ChatOptions), "the site is built with them"
    return options


def fan_out_of(request: Request) -> FanOut:
    fan_out = request.app.state.fan_out
    assert isinstance(fan_out, FanOut), "the site is built with one"
    return fan_out


Options = Annotated[ChatOptions, Depends(options_of)]
FanOutHere = Annotated[FanOut, Depends(fan_out_of)]
Session = Annotated[str, Path(description="The session's secret token.", max_length=200)]
After = Annotated[int, Query(ge=0, le=LARGEST_NUMBER, description="Only messages with a greater number.")]

router = APIRouter(tags=["chat"], responses=described([404]))


@router.post("/chat/sessions", summary="Begin a chat", status_code=201)
def begin(doorkeeper: DoorkeeperHere) -> SessionShape:
    """Keep the token secret; the chat is found again by it alone."""
    premises = doorkeeper.premises
    webchat_of(premises)
    return SessionShape(session=new_session(premises.settings.secret(SECRET)))


@router.post(
    "/chat/sessions/{session}/messages",
    summary="Write a message",
    status_code=202,
    responses={429: {"model": ErrorShape, "description": "Too many messages; Retry-After says when."}},
)
def write(doorkeeper: DoorkeeperHere, options: Options, session: Session, message: WrittenShape) -> TakenShape:
    """Taken for good when this answers: the answer comes as an event. Safe to repeat with the same id."""
    premises = doorkeeper.premises
    address = address_of(premises.settings.secret(SECRET), session)
    webchat_of(premises)
    text = checked_text(message.text)
    with premises.database.read() as reader:
        check_pace(reader, address, message.id, premises.house.clock.now(), options)
    spoken = spoken_in(premises.settings.secret(SECRET), address, message.spoken, text)
    received = take_in(premises.house, Incoming(WEBCHAT, address, text, foreign_id=message.id, spoken=spoken))
    return TakenShape(message=received.message_id, case=received.case.id)


@router.get("/chat/sessions/{session}/messages", summary="Read the chat")
def read(doorkeeper: DoorkeeperHere, session: Session, after: After = 0) -> ChatMessagesShape:
    """Oldest first, at most 500, of both sides."""
    premises = doorkeeper.premises
    address = address_of(premises.settings.secret(SECRET), session)
    told = _told(premises, _messages(premises, address, after))
    return ChatMessagesShape(messages=[ChatMessageShape(**each) for each in told])


@router.get(
    "/chat/sessions/{session}/events",
    summary="Listen to the chat",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Events `message`, id = number."}},
)
async def listen(
    doorkeeper: DoorkeeperHere,
    options: Options,
    fan_out: FanOutHere,
    session: Session,
    after: After = 0,
    last_event_id: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """What workers and people answer, as server-sent events; goes on after `Last-Event-ID`, else after `after`."""
    premises = doorkeeper.premises
    address = address_of(premises.settings.secret(SECRET), session)
    seen = int(last_event_id) if last_event_id is not None and _is_number(last_event_id) else after
    stream = _events(premises, options, fan_out, address, seen)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _events(
    premises: Premises, options: ChatOptions, fan_out: FanOut, address: str, seen: int
) -> AsyncIterator[str]:
    """The stream of one listener: first what it has missed, then what comes."""
    yield "retry: 2000\n\n"
    async with fan_out.listening(f"{WEBCHAT}:{address}") as listener:
        sent: set[int] = set()
        listener.is_behind = True
        while not fan_out.is_closing:
            fresh = listener.take()
            if listener.is_behind:
                missed = await anyio.to_thread.run_sync(_messages, premises, address, seen)
                # A whole page may have more behind it.
                listener.is_behind = len(missed) >= PAGE
                seen = max(seen, *(message.number for message in missed), 0)
                fresh = [*missed, *fresh]
            news = {each.number: each for each in fresh if each.number not in sent and each.author != "customer"}
            for told in await anyio.to_thread.run_sync(_told, premises, list(news.values())) if news else []:
                yield _event(told)
                sent.add(told["number"])
                seen = max(seen, told["number"])
            if not listener.is_behind and not await _woken(listener, options.keep_alive_seconds):
                # By now both ways in which one message can come have passed.
                sent.clear()
                yield ": keep-alive\n\n"


async def _woken(listener: Listener, seconds: float) -> bool:
    """False when nothing came for so long."""
    try:
        await asyncio.wait_for(listener.woken.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _event(told: dict[str, Any]) -> str:
    return f"id: {told['number']}\nevent: message\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"


def _told(premises: Premises, found: Sequence[ChatMessage]) -> list[dict[str, Any]]:
    """The messages as pages get them, each with the language that it is in: screen readers change their voice by it."""
    served = tuple(premises.current().about.languages)
    return [{**each.as_json(), "language": detect(each.text, served).code} for each in found]


def _messages(premises: Premises, address: str, after: int) -> list[ChatMessage]:
    with premises.database.read() as reader:
        contact = contact_of(reader, address)
        rows = messages_for_contact(reader, contact.id, after) if contact is not None else ()
        return [ChatMessage.of(row) for row in rows]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_NUMBER))
