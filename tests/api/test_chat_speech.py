"""Speaking in the chat: consent, words that are shown before they are sent, limits, and what the ledger says of it."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from aboveloop.api.chat_speech import LISTENING
from aboveloop.api.guards import LARGEST_SOUND
from aboveloop.api.heard import sealed, spoken_in
from aboveloop.app.desk import Desk
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.voice import SURE, HouseVoice
from aboveloop.connect.speech.ports import Heard
from aboveloop.connect.speech.wav import read_wav
from aboveloop.govern.people import person_of
from aboveloop.ledger.entries import HOUSE, Entry
from aboveloop.operation.models import Operation
from api.open_house import Site
from api.speaking import Ears, Mouth, wav
from api.test_chat import begin, read, write


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def mouth() -> Mouth:
    return Mouth()


@pytest.fixture
def client(site: Site, house: Stage, ears: Ears, mouth: Mouth) -> TestClient:
    house.voice = HouseVoice(house.settings.home, recognisers=[ears], speakers=[mouth])
    return site.client()


def say(client: TestClient, session: str, content: bytes | None = None, **query: Any) -> Any:
    return client.post(
        f"/chat/sessions/{session}/speech",
        content=wav() if content is None else content,
        params={"language": "en", "consent": "true", **query},
        headers={"Content-Type": "audio/wav"},
    )


def received(house: Stage, case: str) -> list[Entry]:
    with house.database.read() as reader:
        return [each for each in house.ledger.entries(reader, case) if each.kind == "MessageReceived"]


def send(client: TestClient, session: str, id_: str, text: str, seal: str | None) -> Any:
    return client.post(f"/chat/sessions/{session}/messages", json={"id": id_, "text": text, "spoken": seal})


def kind(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["kind"]


def test_what_is_said_becomes_words_and_nothing_is_sent_yet(client: TestClient, house: Stage, ears: Ears) -> None:
    session = begin(client)
    told = say(client, session).json()
    assert (told["outcome"], told["text"], told["confidence"]) == ("heard", "I want to cancel my order", 0.97)
    assert told["alternatives"] == ["I want to counsel my order"] and told["language"] == "en"
    assert ears.heard[0].seconds == 1.0
    assert read(client, session) == []


def test_spoken_words_go_the_way_of_typed_ones_and_the_ledger_tells_them_apart(
    client: TestClient, house: Stage
) -> None:
    session = begin(client)
    told = say(client, session).json()
    case = send(client, session, "1", told["text"], told["spoken"]).json()["case"]
    house.run_due()
    assert "Which email address" in read(client, session)[1]["text"]
    send(client, session, "2", "elif@customers.example", None)
    house.run_due()
    spoken, typed = received(house, case)
    assert spoken.body["channel"] == "voice" and typed.body["channel"] == "webchat"
    assert spoken.body["contact"] == typed.body["contact"]
    assert spoken.body["spoken"] == {
        "by": "ears 1", "confidence": 0.97, "language": "en", "corrected": False, "seconds": 1.0,
    }  # fmt: skip
    assert "spoken" not in typed.body


def test_words_that_were_corrected_say_so(client: TestClient, house: Stage) -> None:
    session = begin(client)
    seal = say(client, session).json()["spoken"]
    case = send(client, session, "1", "I want to return my order", seal).json()["case"]
    (entry,) = received(house, case)
    assert entry.body["spoken"]["corrected"] is True


def test_the_seal_says_nothing_of_the_words_and_is_of_one_chat_alone(client: TestClient) -> None:
    session, other = begin(client), begin(client)
    seal = say(client, session).json()["spoken"]
    assert "cancel" not in seal
    assert kind(send(client, other, "1", "I want to cancel my order", seal)) == (422, "SpokenUnknown")
    for wrong in ("", "x", "é", "A" * 80, seal[:-4], "B" + seal[1:]):
        assert kind(send(client, session, "1", "hello", wrong)) == (422, "SpokenUnknown")
    assert send(client, session, "1", "hello", "x" * 1_001).status_code == 422


def test_a_seal_holds_what_was_heard() -> None:
    heard = Heard("cancel it", None, "en", "acme ears-1")
    found = spoken_in(b"secret", "here", sealed(b"secret", "here", heard, 2.34), " cancel it ")
    assert found is not None
    assert (found.by, found.confidence, found.corrected, found.seconds) == ("acme ears-1", None, False, 2.3)


def test_without_consent_nothing_is_listened_to(client: TestClient, ears: Ears) -> None:
    session = begin(client)
    assert kind(say(client, session, consent="false")) == (403, "ConsentMissing")
    answer = client.post(f"/chat/sessions/{session}/speech", content=wav())
    assert kind(answer) == (403, "ConsentMissing")
    assert ears.heard == []


@pytest.mark.parametrize(
    ("confidence", "text", "outcome"),
    [(SURE, "yes", "heard"), (SURE - 0.01, "yes", "unsure"), (None, "yes", "heard"), (0.9, "", "nothing")],
)
def test_what_is_not_sure_is_asked_again(
    client: TestClient, ears: Ears, confidence: float | None, text: str, outcome: str
) -> None:
    ears.texts, ears.confidence = [text], confidence
    assert say(client, begin(client)).json()["outcome"] == outcome


@pytest.mark.parametrize(
    ("content", "status", "name"),
    [
        (b"", 422, "SoundRefused"),
        (b"\x1aE\xdf\xa3 this is webm", 422, "SoundRefused"),
        (wav(61.5), 413, "SoundTooLong"),
        (bytes(LARGEST_SOUND + 1), 413, "TooLarge"),
    ],
    ids=["empty", "webm", "long", "huge"],
)
def test_what_cannot_be_listened_to_is_refused(
    client: TestClient, ears: Ears, content: bytes, status: int, name: str
) -> None:
    assert kind(say(client, begin(client), content)) == (status, name)
    assert ears.heard == []


def test_a_minute_is_listened_to(client: TestClient, ears: Ears) -> None:
    assert say(client, begin(client), wav(60.0)).status_code == 200
    assert ears.heard[0].seconds == 60.0


def test_other_requests_stay_as_small_as_they_were(client: TestClient) -> None:
    answer = client.post(f"/chat/sessions/{begin(client)}/messages", content=bytes(300_000))
    assert kind(answer) == (413, "TooLarge")


def test_an_unknown_session_is_not_listened_to(client: TestClient, ears: Ears) -> None:
    assert kind(say(client, "nonsense")) == (404, "SessionUnknown")
    assert ears.heard == []


def test_a_language_that_nobody_hears_has_no_microphone(client: TestClient) -> None:
    assert kind(say(client, begin(client), language="de")) == (404, "VoiceMissing")
    page = client.get("/chat?language=de")
    assert 'id="speak"' not in page.text and 'id="aloud"' not in page.text and "speak.js" not in page.text
    assert "microphone=()" in page.headers["permissions-policy"]
    page = client.get("/chat?language=en")
    assert 'id="speak"' in page.text and 'id="aloud"' in page.text
    assert "The recording is not kept." in page.text
    assert "microphone=(self)" in page.headers["permissions-policy"]


def without_voice(operation: Operation) -> Operation:
    channels = {name: each for name, each in operation.about.channels.items() if name != "voice"}
    return operation.model_copy(update={"about": operation.about.model_copy(update={"channels": channels})})


def test_an_operation_without_the_channel_takes_no_speech(
    client: TestClient, house: Stage, operation: Operation, ears: Ears
) -> None:
    house.operation = without_voice(operation)
    assert kind(say(client, begin(client))) == (404, "VoiceMissing")
    assert 'id="speak"' not in client.get("/chat").text
    assert ears.heard == []


def test_a_house_without_backends_offers_nothing(site: Site, house: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aboveloop.app.voice.find_spec", lambda _: None)
    house.voice = HouseVoice(house.settings.home)
    page = site.client().get("/chat").text
    assert 'id="speak"' not in page and 'id="aloud"' not in page


def test_people_pause_speaking_and_typing_goes_on(client: TestClient, house: Stage, ears: Ears) -> None:
    Desk(house, person_of(house.operation, "kofi")).pause("channel", "voice", because="It mishears.")
    session = begin(client)
    answer = say(client, session)
    assert kind(answer) == (503, "VoicePaused") and answer.headers["retry-after"] == "60"
    assert 'id="speak"' not in client.get("/chat").text
    assert write(client, session, "1", "hello").status_code == 202
    assert ears.heard == []


def test_twice_at_once_is_listened_to_once(client: TestClient, ears: Ears) -> None:
    session, ears.gate = begin(client), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(say, client, session)
        assert ears.begun.wait(10)
        assert kind(say(client, session)) == (409, "StillListening")
        ears.gate.set()
        assert first.result().status_code == 200
    assert say(client, session).status_code == 200


def test_who_says_too_much_waits(client: TestClient) -> None:
    session = begin(client)
    for _ in range(20):
        assert say(client, session).status_code == 200
    answer = say(client, session)
    assert kind(answer) == (429, "TooManyMessages") and 1 <= int(answer.headers["retry-after"]) <= 60
    assert say(client, begin(client)).status_code == 200


def test_closed_ears_are_told_and_leave_nothing_behind(client: TestClient, ears: Ears) -> None:
    ears.broken = True
    session = begin(client)
    answer = say(client, session)
    assert kind(answer) == (503, "SpeechUnavailable") and answer.headers["retry-after"] == "3"
    ears.broken = False
    assert say(client, session).status_code == 200
    assert LISTENING._now == set()


def test_more_than_can_wait_are_told_so(house: Stage, ears: Ears) -> None:
    voice = HouseVoice(house.settings.home, recognisers=[ears])
    ears.gate = threading.Event()
    sound = read_wav(wav(), most_seconds=2)
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(voice.hear, ears, sound, "en") for _ in range(4)]
        assert ears.begun.wait(10)
        while voice._waiting._value:
            threading.Event().wait(0.01)
        with pytest.raises(Exception, match="Many are speaking"):
            voice.hear(ears, sound, "en")
        ears.gate.set()
        assert all(each.result().text for each in waiting)


def test_no_log_holds_what_was_said(client: TestClient, caplog: pytest.LogCaptureFixture, ears: Ears) -> None:
    caplog.set_level(logging.DEBUG)
    session = begin(client)
    say(client, session)
    ears.broken = True
    say(client, session)
    say(client, session, b"RIFF nothing")
    assert "cancel" not in caplog.text and "RIFF" not in caplog.text


# --- who hears: this machine, or somebody outside -----------------------------------------------


def outside_allowed(operation: Operation) -> Operation:
    channel = operation.about.channels["voice"].model_copy(update={"outside": True})
    channels = {**operation.about.channels, "voice": channel}
    return operation.model_copy(update={"about": operation.about.model_copy(update={"channels": channels})})


def test_a_provider_hears_only_where_the_operation_lets_it(client: TestClient, house: Stage, ears: Ears) -> None:
    ears.outside = "acme"
    assert kind(say(client, begin(client))) == (404, "VoiceMissing")
    house.operation = outside_allowed(house.operation)
    page = client.get("/chat").text
    assert "turned into text by acme, another company" in page
    assert say(client, begin(client)).status_code == 200


def test_what_leaves_is_written_down_first(client: TestClient, house: Stage, ears: Ears, mouth: Mouth) -> None:
    ears.outside = mouth.outside = "acme"
    ears.broken = True
    house.operation = outside_allowed(house.operation)
    session = begin(client)
    assert say(client, session).status_code == 503
    write(client, session, "1", "I want to cancel my order")
    house.run_due()
    answer = read(client, session)[1]["id"]
    for _ in range(2):
        assert client.get(f"/chat/sessions/{session}/messages/{answer}/speech/0").status_code == 200
    with house.database.read() as reader:
        left = [each.body for each in house.ledger.entries(reader, HOUSE) if each.kind == "SpeechSentOutside"]
    assert [(each["to"], each["what"], each["seconds"]) for each in left] == [
        ("ears 1", "recording", 1.0), ("mouth 1", "answer", 0.0),
    ]  # fmt: skip
    assert all(len(each["sha256"]) == 64 and each["bytes"] > 0 for each in left)


# --- answers, read aloud ------------------------------------------------------------------------


def answered(client: TestClient, house: Stage, text: str = "I want to cancel my order") -> tuple[str, dict[str, Any]]:
    session = begin(client)
    write(client, session, "1", text)
    house.run_due()
    return session, read(client, session)[1]


def test_an_answer_is_read_sentence_by_sentence_and_made_once(client: TestClient, house: Stage, mouth: Mouth) -> None:
    session, answer = answered(client, house)
    first = client.get(f"/chat/sessions/{session}/messages/{answer['id']}/speech/0")
    count = int(first.headers["x-parts"])
    assert first.headers["content-type"] == "audio/wav"
    assert read_wav(first.content, most_seconds=1).seconds == pytest.approx(0.2)
    for place in range(count):
        assert client.get(f"/chat/sessions/{session}/messages/{answer['id']}/speech/{place}").status_code == 200
    assert kind(client.get(f"/chat/sessions/{session}/messages/{answer['id']}/speech/{count}")) == (404, "VoiceMissing")
    assert len(mouth.said) == count >= 3 and mouth.said[0] == "You are chatting with Larkspur's AI assistant."


def test_nobody_hears_the_answers_of_another(client: TestClient, house: Stage, mouth: Mouth) -> None:
    session, answer = answered(client, house)
    own = read(client, session)[0]["id"]
    for where, message in ((begin(client), answer["id"]), (session, own), (session, "msg_unknown")):
        assert kind(client.get(f"/chat/sessions/{where}/messages/{message}/speech/0")) == (404, "VoiceMissing")
    assert mouth.said == []


def test_an_answer_in_a_language_that_nobody_speaks_is_not_read(client: TestClient, house: Stage) -> None:
    session, answer = answered(client, house, "Ich möchte meine Bestellung stornieren, bitte")
    assert answer["language"] == "de"
    assert kind(client.get(f"/chat/sessions/{session}/messages/{answer['id']}/speech/0")) == (404, "VoiceMissing")


def test_a_closed_mouth_is_told(client: TestClient, house: Stage, mouth: Mouth) -> None:
    session, answer = answered(client, house)
    mouth.broken = True
    path = f"/chat/sessions/{session}/messages/{answer['id']}/speech/0"
    assert kind(client.get(path)) == (503, "SpeechUnavailable")
