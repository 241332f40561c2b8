"""Listen: what a message changes. It is read once; then what was asked, or what is new, decides where it goes."""

from collections.abc import Callable
from dataclasses import replace

from aboveloop.journey import cases, store
from aboveloop.journey.cases import Message
from aboveloop.journey.ownership import Owner
from aboveloop.journey.reasons import NOT_UNDERSTOOD
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Transaction
from aboveloop.kit.ids import new_id
from aboveloop.procedures import runner
from aboveloop.procedures.frames import Frame
from aboveloop.procedures.moves import GiveToPerson
from aboveloop.understand.personalising import asks_about
from aboveloop.understand.readings import Expectation, Reading
from aboveloop.understand.why import asks_why
from aboveloop.understand.words.joining import GOES_ON
from aboveloop.work import carry, hand_over, later, personalising, reasons, speak
from aboveloop.work import reading as reading_of
from aboveloop.work.doubt import Doubt, is_sure, least_confidence, log, verified
from aboveloop.work.filled import filled_in
from aboveloop.work.routing import Route, begun, for_people
from aboveloop.work.triage import triage
from aboveloop.work.triage.matching import Fired
from aboveloop.work.turn_state import Turn

# To leave what is under way for something else must be clearer than to begin with nothing under way.
DIGRESSION_CONFIDENCE = 0.6
# A message may name another order because it corrects this one, or because it is about something else altogether.
CLEARLY_ANOTHER = 0.85
# Asked once what is meant; the second time a person takes it.
UNCLEAR_LIMIT = 2
# What an `ask` takes as it stands, however little it looks like an entity.
TAKEN_WHOLE = "free"


def unhandled(turn: Turn) -> list[Message]:
    """The customer's messages that no turn has heard yet, in order."""
    with turn.house.database.glance() as reader:
        return cases.messages_of(reader, turn.case.id, unhandled=True)


def hear(turn: Turn, message: Message) -> None:
    """Read one message and let it change what the case does. It counts as handled with the turn's commit."""
    if turn.over is not None:
        return
    _come_from(turn, message)
    expected = _expectation(turn, message)
    answers = expected.confirmation or expected.entity is not None
    reading = reading_of.read(turn, message, expected)
    _note_language(turn, reading, expected.language)
    turn.record(
        "MessageRead",
        {
            "message": message.id,
            "intent": reading.intent,
            "confidence": round(reading.confidence, 4),
            "out_of_scope": round(reading.out_of_scope, 4),
            "promised": reading.promised,
            "language": reading.language,
            "yes_no": reading.yes_no,
            "flags": list(reading.flags),
            # Who answers a question says nothing of a need, nor does a form that is for one: what is asked of readings
            # as such leaves these out.
            "asked": answers or _is_declared(expected),
            **({"form": expected.filled.form} if expected.filled is not None else {}),
            **({"read_by": reading.read_by} if reading.read_by else {}),
        },
        personal={"reading": reading.as_json()},
        actor="house",
    )
    turn.memory.heard_at, turn.memory.reminded = iso(message.at), False
    fired = triage.met(turn, message, reading, answers=answers)
    for_worker = for_people(turn.operation, reading) is None and not _is_sent(turn, fired, reading)
    about = asks_about(reading.text) if for_worker else None
    why = for_worker and about is None and asks_why(reading.text)
    if not why and about is None and _is_another_need(turn, reading):
        _open_another(turn, message)
        return
    turn.pending.append(lambda tx: store.mark_handled(tx, message.id, turn.now))
    if fired is not None:
        triage.note(turn, message, fired)
    try:
        if about is not None:
            _aside(turn, lambda: personalising.answer(turn, about))
        elif why:
            _aside(turn, lambda: reasons.tell_why(turn))
        else:
            _route(turn, message, reading, fired)
    except speak.CannotSay as error:
        if turn.case.owner is Owner.RESOLVED:
            _reopen(turn)
        hand_over.give(turn, str(error))
    # What this message set in motion happens before the next one is heard.
    carry.carry_on(turn)


def _aside(turn: Turn, tell: Callable[[], None]) -> None:
    """A question after a reason, or a word about personalisation, changes nothing of what the case waits for."""
    tell()
    if turn.case.owner is Owner.RESOLVED:
        carry.stay_ended(turn)


def _come_from(turn: Turn, message: Message) -> None:
    """The customer may write from another contact point than before: answers go there."""
    if message.contact_id == turn.contact.id:
        return
    with turn.house.database.read() as reader:
        turn.contact = cases.contact_of(reader, message.contact_id)
    turn.case = replace(turn.case, contact_id=turn.contact.id, channel=turn.contact.channel)
    values = {"contact_id": turn.contact.id, "channel": turn.contact.channel}
    case_id = turn.case.id
    turn.pending.append(lambda tx: store.update_case(tx, case_id, values))
    turn.stale = True


def _is_declared(expected: Expectation) -> bool:
    return expected.filled is not None and expected.filled.need is not None


def _expectation(turn: Turn, message: Message) -> Expectation:
    """What the reader may go by: what was asked last, and the language that the customer wrote in before."""
    filled = filled_in(turn, message)
    if filled is not None:
        return Expectation(filled=filled, language=filled.language)
    language = turn.memory.language or _language_before(turn)
    if turn.memory.waiting == "confirmation":
        said = (turn.memory.proposal or {}).get("said", "")
        return Expectation(confirmation=True, said=said, language=language)
    asking = turn.memory.asking if turn.memory.waiting == "answer" else None
    return Expectation(entity=asking, language=language)


def _language_before(turn: Turn) -> str | None:
    """On a new case: the language in which the customer wrote on the case before. One language needs no telling."""
    if len(turn.operation.about.languages) < 2:
        return None
    with turn.house.database.glance() as reader:
        spoken = cases.memory_before(reader, turn.case).get("language")
    return spoken if spoken in turn.operation.about.languages else None


def _note_language(turn: Turn, reading: Reading, known: str | None) -> None:
    """The customer is answered in the language of their latest message, where the operation has words in it; one that
    is too short to tell changes nothing."""
    turn.memory.language = reading.language if reading.language in turn.operation.messages else known


def _is_sent(turn: Turn, fired: Fired | None, reading: Reading) -> bool:
    """Whether a routing rule gives this message to people; thanks after the end trouble nobody."""
    if fired is None or fired.rule.to != "people":
        return False
    return turn.case.owner is not Owner.RESOLVED or not _is_closing(turn, reading)


def _route(turn: Turn, message: Message, reading: Reading, fired: Fired | None) -> None:
    people = for_people(turn.operation, reading)
    if people is None and fired is not None and _is_sent(turn, fired, reading):
        people = Route("person", because=triage.because(fired))
    if people is not None:
        if turn.case.owner is Owner.RESOLVED:
            _reopen(turn)
        told = "language_not_served" if people.kind == "foreign" else "handed_over"
        hand_over.give(turn, people.because, message=told)
    elif turn.case.owner is Owner.RESOLVED:
        _after_the_end(turn, reading)
    elif turn.memory.waiting == "confirmation":
        _on_proposal(turn, reading)
    elif turn.memory.waiting == "answer":
        _on_question(turn, message, reading)
    elif turn.memory.waiting in ("approval", "time"):
        _while_waiting(turn, reading)
    else:
        _begin(turn, reading)


def _on_proposal(turn: Turn, reading: Reading) -> None:
    """Yes to exactly what was shown, no, a correction, or something else first."""
    top = turn.memory.top
    assert top is not None and turn.memory.proposal is not None, "a proposal belongs to a running procedure"
    if reading.yes_no == "yes" and not reading.change:
        _confirm(turn)
        turn.memory.replace_top(runner.agreed(turn.steps(), top))
        return
    if reading.forget_it:
        _forget(turn)
    elif reading.leaning == "no" and _wants_instead(turn, reading):
        pass
    elif _asks_aside(turn, reading) or _digresses(turn, reading, sure=CLEARLY_ANOTHER):
        turn.memory.clear_waiting()
    elif not _corrects(turn, reading, other=reading.other_one or reading.change):
        if reading.yes_no == "no" and not reading.change:
            _decline(turn)
        elif not _answers(turn, reading) and not _digresses(turn, reading):
            _unclear(turn, reading)
            return
        else:
            turn.memory.clear_waiting()
    turn.memory.unclear = 0


def _wants_instead(turn: Turn, reading: Reading) -> bool:
    """ "No, I want to return it": what was proposed is off, and the other need takes its place."""
    intent = turn.operation.intents.get(reading.intent)
    under_way = {frame.procedure for frame in turn.memory.frames}
    clear = reading.confidence >= DIGRESSION_CONFIDENCE and is_sure(turn.operation, intent, reading)
    if not clear or intent is None or intent.procedure is None or intent.procedure in under_way:
        return False
    told = turn.memory.frames.pop().heard_again()
    turn.memory.proposal = None
    turn.memory.confirmed.clear()
    turn.record("ProcedureWithdrawn", {"by": "customer"})
    if not turn.memory.frames:
        _note_need(turn, Route("procedure", intent.procedure, intent.intent))
    _push(turn, intent.procedure, reading)
    top = turn.memory.frames[-1]
    turn.memory.replace_top(runner.hear(top, {**told, **top.heard}))
    return True


def _confirm(turn: Turn) -> None:
    proposal = turn.memory.proposal or {}
    turn.memory.confirmed.append(proposal["digest"])
    turn.memory.unclear = 0
    turn.memory.clear_waiting()
    turn.record(
        "ActionConfirmed",
        {"action": proposal["digest"], "operation": proposal["operation"], "shown_at": proposal["at"]},
        actor=f"customer:{turn.case.customer_id}",
    )


def _decline(turn: Turn) -> None:
    top = turn.memory.top
    assert top is not None, "only a running procedure proposes"
    onward = runner.declined(turn.steps(), top)
    turn.memory.proposal = None
    turn.memory.confirmed.clear()
    if onward is None:
        _forget(turn)
    else:
        turn.memory.clear_waiting()
        turn.memory.replace_top(onward)


def _on_question(turn: Turn, message: Message, reading: Reading) -> None:
    """The answer, a correction of an earlier one, or something else first."""
    top, asking = turn.memory.top, turn.memory.asking or ""
    assert top is not None, "a question belongs to a running procedure"
    entity = turn.operation.about.entities.get(asking)
    entities = _entities(reading)
    if reading.forget_it:
        _forget(turn)
    elif asking in entities:
        turn.memory.replace_top(runner.hear(top, entities))
        turn.memory.clear_waiting()
    elif _asks_aside(turn, reading) or _digresses(turn, reading, sure=CLEARLY_ANOTHER):
        turn.memory.clear_waiting()
    elif _corrects(turn, reading, other=reading.other_one):
        pass
    elif _answers(turn, reading) or _digresses(turn, reading):
        turn.memory.clear_waiting()
    elif entity is not None and entity.kind == TAKEN_WHOLE and message.text.strip():
        turn.memory.replace_top(runner.hear(top, {asking: [message.text.strip()]}))
        turn.memory.clear_waiting()
    else:
        onward = runner.not_answered(turn.steps(), runner.hear(top, entities))
        if isinstance(onward, GiveToPerson):
            hand_over.give(turn, onward.because)
        else:
            turn.memory.replace_top(onward)
            turn.memory.clear_waiting()
    turn.memory.unclear = 0


def _while_waiting(turn: Turn, reading: Reading) -> None:
    """An approval or a time is awaited: questions are answered, withdrawals heard, the rest is noted."""
    if reading.forget_it:
        _forget(turn)
    elif not _answers(turn, reading) and not reading.thanks:
        speak.say(turn, turn.memory.resting or "please_wait_for_approval")


def _begin(turn: Turn, reading: Reading) -> None:
    """Nothing is under way: what does the customer want?"""
    route = begun(turn.operation, reading)
    match route.kind:
        case "procedure":
            _note_need(turn, route)
            later.note(turn, reading)
            _push(turn, route.name, reading)
        case "answer":
            _note_need(turn, route)
            later.note(turn, reading)
            speak.say(turn, route.name)
            carry.finish_case(turn, "resolved")
        case "person":
            later.note(turn, reading)
            hand_over.give(turn, route.because)
        case "greeting":
            speak.say(turn, route.name)
        case "goodbye":
            speak.say(turn, route.name)
            carry.finish_case(turn, "resolved")
        case _:
            _unclear(turn, reading)
    if route.intent:
        turn.memory.unclear = 0


def _note_need(turn: Turn, route: Route) -> None:
    """The case is about this from now on."""
    case_id = turn.case.id
    procedure = route.name if route.kind == "procedure" else turn.case.procedure
    values = {"intent": route.intent, "procedure": procedure}
    if route.kind == "procedure":
        turn.case = replace(turn.case, intent=route.intent, procedure=procedure)
    turn.stale = True
    turn.pending.append(lambda tx: store.update_case(tx, case_id, values))


def _push(turn: Turn, procedure: str, reading: Reading) -> None:
    frame = Frame(run_id=new_id("run"), procedure=procedure)
    told = turn.memory.told if not turn.memory.frames else {}
    turn.memory.frames.append(runner.hear(frame, {**told, **_entities(reading)}))
    turn.memory.clear_waiting()
    turn.record("ProcedureStarted", {"procedure": procedure, "run": frame.run_id, "intent": reading.intent})


def _digresses(turn: Turn, reading: Reading, *, sure: float = DIGRESSION_CONFIDENCE) -> bool:
    """Another need in the middle of one: it goes first, and what it interrupted goes on afterwards."""
    intent = turn.operation.intents.get(reading.intent)
    is_clear = reading.confidence >= sure and is_sure(turn.operation, intent, reading)
    if intent is None or intent.procedure is None or not is_clear or reading.other_one:
        return False
    if any(frame.procedure == intent.procedure for frame in turn.memory.frames):
        return False
    turn.memory.proposal = None
    turn.memory.confirmed.clear()
    _push(turn, intent.procedure, reading)
    return True


def _answers(turn: Turn, reading: Reading) -> bool:
    """A question that the operation answers at once, also in the middle of something else."""
    if not reading.promised or reading.confidence < turn.operation.about.understanding.minimum_confidence:
        return False
    intent = turn.operation.intents.get(reading.intent)
    listed = {answer.intent: answer.say for answer in turn.operation.about.answers}
    message = listed.get(reading.intent) or (intent.answer if intent is not None else None)
    if message is None:
        return False
    speak.say(turn, message)
    return True


def _asks_aside(turn: Turn, reading: Reading) -> bool:
    """A clear question that is answered at once: "one question first" is about no other order."""
    return reading.is_question and reading.confidence >= DIGRESSION_CONFIDENCE and _answers(turn, reading)


def _corrects(turn: Turn, reading: Reading, *, other: bool) -> bool:
    """The customer takes back an earlier answer: back to that question."""
    top = turn.memory.top
    assert top is not None, "only a running procedure has answers to take back"
    onward = runner.corrected(turn.steps(), top, _entities(reading), other=other)
    if onward is None:
        return False
    turn.memory.proposal = None
    turn.memory.confirmed.clear()
    turn.memory.clear_waiting()
    turn.memory.replace_top(onward)
    turn.record("AnswerTakenBack", {"procedure": onward.procedure, "step": onward.step})
    return True


def _forget(turn: Turn) -> None:
    """The customer wants nothing of it any more: all stays as it is."""
    turn.withdraw_approval("The customer wants it no longer.")
    turn.memory.frames.pop()
    turn.memory.proposal = None
    turn.memory.confirmed.clear()
    turn.memory.clear_waiting()
    speak.say(turn, "fine_kept_as_is")
    turn.record("ProcedureWithdrawn", {"by": "customer"})
    if not turn.memory.frames:
        carry.finish_case(turn, "resolved")


def _unclear(turn: Turn, reading: Reading) -> None:
    """In doubt of what is meant, the source is the customer: they are asked once more, then a person gets the case."""
    turn.memory.unclear += 1
    if turn.memory.unclear >= UNCLEAR_LIMIT:
        needed = least_confidence(turn.operation, turn.operation.intents.get(reading.intent))
        because = "the customer was asked again, and is still not understood"
        values = {"intent": reading.intent, "confidence": round(reading.confidence, 4), "needed": needed}
        doubt = Doubt("understanding", "", (), because, values)
        verified(turn, doubt, doubt)
        log(turn, doubt)
        hand_over.give(turn, NOT_UNDERSTOOD)
    else:
        speak.say(turn, "not_understood")


def _is_another_need(turn: Turn, reading: Reading) -> bool:
    """After the end of a case, or while it waits for others: is this a need of its own, for a worker?"""
    if for_people(turn.operation, reading) is not None or reading.forget_it:
        return False
    if turn.case.owner is Owner.RESOLVED:
        # "And the other one?" makes sense only with what came before.
        return _is_need(turn, reading) and reading.intent != turn.case.intent and not reading.follows_up
    # "And what about my order now?" asks after what is awaited: it names nothing of its own.
    if reading.is_question and not reading.entities and GOES_ON.match(reading.text):
        return False
    least = DIGRESSION_CONFIDENCE if reading.entities or not reading.is_question else CLEARLY_ANOTHER
    is_clear = reading.promised and reading.confidence >= least
    if turn.memory.waiting not in ("approval", "time") or not is_clear:
        return False
    intent = turn.operation.intents.get(reading.intent)
    under_way = {frame.procedure for frame in turn.memory.frames}
    return intent is not None and intent.procedure is not None and intent.procedure not in under_way


def _is_need(turn: Turn, reading: Reading) -> bool:
    return bool(begun(turn.operation, reading).intent)


def _after_the_end(turn: Turn, reading: Reading) -> None:
    """A message after the case had ended: thanks, the same need come back, or the same for another record."""
    procedure = turn.case.procedure
    if reading.follows_up and procedure in turn.operation.procedures:
        _reopen(turn)
        _push(turn, procedure, reading)
        return
    if _is_closing(turn, reading):
        if reading.thanks or reading.yes_no is not None:
            speak.say(turn, "goodbye")
        carry.stay_ended(turn)
        return
    _reopen(turn)
    _begin(turn, reading)


def _is_closing(turn: Turn, reading: Reading) -> bool:
    """Whether a message after the end only ends it: thanks, a greeting, a yes."""
    is_polite = reading.thanks or reading.greeting or reading.yes_no is not None or reading.forget_it
    return is_polite and not _is_need(turn, reading)


def _open_another(turn: Turn, message: Message) -> None:
    """A new need is a new case; the message stays unheard here and is the new case's first."""
    house, now, contact, case_id = turn.house, turn.now, turn.contact, turn.case.id

    def write(tx: Transaction) -> None:
        # Read anew: the contact point's customer may have turned out to be another.
        standing = cases.contact_of(tx, contact.id)
        release = house.deployed(tx, standing.customer_id)
        fresh = cases.open_case(tx, house.ledger, standing, release=release, now=now)
        # What was written after it belongs to it: a number, an address.
        for written in cases.messages_of(tx, case_id, unhandled=True):
            if written.number >= message.number:
                store.move_message(tx, written.id, fresh.id)
        house.turns.submit(tx, lane=fresh.id, stimulus="message")

    turn.pending.append(write)
    turn.over = lambda tx, case: case


def _reopen(turn: Turn) -> None:
    ledger, now = turn.house.ledger, turn.now

    def write(tx: Transaction) -> None:
        cases.reopen(tx, ledger, cases.lock(tx, turn.case.id), because="the customer came back", now=now)

    turn.pending.append(write)
    turn.stale = True
    turn.memory.frames.clear()
    turn.memory.clear_waiting()
    turn.memory.disclosed.clear()
    turn.case = replace(turn.case, owner=Owner.WORKER, outcome=None, resolved_at=None)


def _entities(reading: Reading) -> dict[str, list[object]]:
    """The usable finds by entity, in the order of the text, each value once; those of later needs are theirs."""
    finds: dict[str, list[object]] = {}
    for find in later.own_finds(reading):
        values = finds.setdefault(find.name, [])
        if find.value not in values:
            values.append(find.value)
    return finds
