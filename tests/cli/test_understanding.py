"""understand and models: what their commands answer, write and refuse."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from cli.conftest import Call
from understand.conftest import EXAMPLES, FOREIGN_TO_THE_SHOP, SAID

LOOSE = ("--error-cap", "0.1")
COLUMNS = ["text", "intent", "confidence", "automated", "out_of_scope", "runner_up"]
OWN = {intent: texts for intent, texts in SAID.items() if intent in EXAMPLES}


@pytest.fixture(autouse=True)
def no_weights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ABOVELOOP_MODELS", str(tmp_path / "no-models"))


def written(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def examples(path: Path, label: str = "category", **further: list[str]) -> Path:
    """The shop's examples, and twice as many that are said in other words, so that something can be promised."""
    pairs = [[text, intent] for intent in EXAMPLES for text in (*EXAMPLES[intent], *OWN[intent])]
    pairs += [[text, intent] for intent, texts in further.items() for text in texts]
    return written(path, ["text", label], pairs)


@pytest.fixture
def model(call: Call, tmp_path: Path) -> Path:
    out = tmp_path / "intents.model"
    assert call("understand", "fit", str(examples(tmp_path / "examples.csv")), "--out", str(out)).status == 0
    return out


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_fit_says_what_it_learned_and_what_it_can_promise(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "intents.model"
    answered = call("understand", "fit", str(examples(tmp_path / "e.csv")), "--out", str(out), "--json")
    assert answered.status == 0
    value = answered.value
    assert (value["intents"], value["examples"], value["weights"]) == (12, 288, "")
    assert [each["cap"] for each in value["promises"]] == [0.05, 0.02, 0.01]
    assert "no embeddings are installed" in answered.err
    assert out.is_file()


def test_predict_writes_the_same_rows_in_the_same_order(call: Call, model: Path, tmp_path: Path) -> None:
    texts = ["where is my parcel?", 'a "quoted", text\nin two lines', "", "where is my parcel?", "жук", "=1+1"]
    messages = written(
        tmp_path / "messages.csv", ["id", "text", "channel"], [[str(n), t, "x"] for n, t in enumerate(texts)]
    )
    out = tmp_path / "out.csv"
    answered = call(
        "understand", "predict", str(model), str(messages), "--error-cap", "0.1", "--out", str(out), "--json"
    )
    assert answered.status == 0
    rows = read_rows(out)
    assert list(rows[0]) == COLUMNS
    assert [row["text"] for row in rows] == texts
    for row in rows:
        assert row["intent"] in EXAMPLES
        assert row["runner_up"] in EXAMPLES
        assert row["intent"] != row["runner_up"]
        assert 0 <= float(row["confidence"]) <= 1
        assert 0 <= float(row["out_of_scope"]) <= 1
        assert row["automated"] in ("true", "false")
    assert rows[0] == rows[3]
    assert answered.value["messages"] == len(texts)
    assert answered.value["automated"] == sum(row["automated"] == "true" for row in rows)


def test_what_is_automated_is_surer_than_what_is_not(call: Call, model: Path, tmp_path: Path) -> None:
    said = [[text] for texts in OWN.values() for text in texts] + [[text] for text in FOREIGN_TO_THE_SHOP]
    messages = written(tmp_path / "messages.csv", ["text"], said)
    out = tmp_path / "out.csv"
    answered = call(
        "understand", "predict", str(model), str(messages), "--error-cap", "0.1", "--out", str(out), "--json"
    )
    rows = read_rows(out)
    threshold = answered.value["promise"]["threshold"]
    assert threshold is not None
    assert 0 < answered.value["automated"] < len(rows)
    for row in rows:
        if row["automated"] == "true":
            assert float(row["confidence"]) >= threshold - 1e-6
    foreign = rows[-len(FOREIGN_TO_THE_SHOP) :]
    assert sum(row["automated"] == "true" for row in foreign) <= 1


def test_a_cap_that_cannot_be_promised_automates_nothing_and_says_why(call: Call, model: Path, tmp_path: Path) -> None:
    messages = written(tmp_path / "messages.csv", ["text"], [["where is my order"]])
    out = tmp_path / "out.csv"
    call_ = ("understand", "predict", str(model), str(messages), "--error-cap", "0.0005", "--out", str(out), "--json")
    answered = call(*call_)
    assert answered.status == 0
    assert answered.value["automated"] == 0
    assert "are needed" in answered.value["promise"]["reason"]
    assert read_rows(out)[0]["automated"] == "false"


def test_messages_marked_as_out_of_scope_are_learned_as_such(call: Call, tmp_path: Path) -> None:
    marked = examples(tmp_path / "e.csv", "label", oos=FOREIGN_TO_THE_SHOP[:16])
    out = tmp_path / "m.model"
    value = call("understand", "fit", str(marked), "--out", str(out), "--json").value
    assert (value["intents"], value["out_of_scope_examples"]) == (12, 16)
    messages = written(tmp_path / "messages.csv", ["text"], [[FOREIGN_TO_THE_SHOP[0]], ["cancel my order"]])
    read = tmp_path / "read.csv"
    assert call("understand", "predict", str(out), str(messages), "--out", str(read)).status == 0
    foreign, own = read_rows(read)
    assert foreign["intent"] in EXAMPLES
    assert foreign["automated"] == "false"
    assert float(foreign["out_of_scope"]) > 0.5 > float(own["out_of_scope"])


def test_json_lines_and_compressed_files_are_read(call: Call, tmp_path: Path) -> None:
    lines = tmp_path / "e.jsonl"
    pairs = [(text, intent) for intent, texts in EXAMPLES.items() for text in texts]
    lines.write_text("".join(json.dumps({"text": text, "intent": intent}) + "\n" for text, intent in pairs))
    zipped = tmp_path / "e.csv.gz"
    zipped.write_bytes(gzip.compress(examples(tmp_path / "e.csv").read_bytes()))
    for path in (lines, zipped):
        assert call("understand", "fit", str(path), "--out", str(tmp_path / "m"), "--json").value["intents"] == 12
    out = tmp_path / "out.jsonl"
    assert call("understand", "predict", str(tmp_path / "m"), str(lines), "--out", str(out)).status == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["text"] for row in rows] == [text for text, _ in pairs]
    assert isinstance(rows[0]["automated"], bool)


def test_evaluate_tells_each_figure_with_its_bounds(call: Call, model: Path, tmp_path: Path) -> None:
    pairs = [[text, intent] for intent, texts in OWN.items() for text in texts]
    labelled = written(tmp_path / "l.csv", ["text", "intent"], pairs + [[text, "oos"] for text in FOREIGN_TO_THE_SHOP])
    value = call("understand", "evaluate", str(model), str(labelled), "--json").value
    accuracy = value["accuracy"]
    assert accuracy["of"] == len(pairs)
    assert accuracy["low"] < accuracy["share"] <= accuracy["high"]
    assert value["outside"] == len(FOREIGN_TO_THE_SHOP)
    assert value["scope_auroc"] > 0.9
    assert 0 <= value["calibration_error"] < 0.3
    assert {each["intent"] for each in value["intents"]} == set(EXAMPLES)
    automated = [point["automated"]["share"] for point in value["curve"]]
    assert automated == sorted(automated, reverse=True)
    assert "Read rightly" in call("understand", "evaluate", str(model), str(labelled)).out


def test_explain_shows_examples_words_and_the_distance_to_the_threshold(call: Call, model: Path) -> None:
    value = call("understand", "explain", str(model), "please cancel my order", "--error-cap", "0.1", "--json").value
    assert value["guesses"][0]["intent"] == "cancel_order"
    assert {each["intent"] for each in value["examples"]} == {"cancel_order"}
    likeness = [each["likeness"] for each in value["examples"]]
    assert likeness == sorted(likeness, reverse=True)
    assert value["words"][0]["word"] == "cancel"
    said = call("understand", "explain", str(model), "please cancel my order", "--error-cap", "0.1").out
    assert "acted on alone" in said
    assert "Words that mattered" in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n", "no column `text`"),
        ("text,x,y\nhi,1,2\n", "not clear which"),
        ("text,intent\nhi,\n", "has no intent"),
        ("text,intent\nhi,you,there\n", "more cells"),
        ("text,intent\nhi,greeting\n", "two are needed"),
        ("text,intent\n", "two are needed"),
    ],
)
def test_examples_that_cannot_be_learned_from_are_told_of(call: Call, tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "e.csv"
    path.write_text(content)
    answered = call("understand", "fit", str(path), "--out", str(tmp_path / "m"), "--json")
    assert answered.status in (1, 2)
    assert said in answered.error
    assert not (tmp_path / "m").exists()


def test_what_is_no_model_is_refused(call: Call, tmp_path: Path) -> None:
    path = written(tmp_path / "messages.csv", ["text"], [["hi"]])
    answered = call("understand", "predict", str(path), str(path), "--out", str(tmp_path / "out.csv"), "--json")
    assert answered.status == 1
    assert "Fit it anew" in answered.error
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("cap", ["0", "1", "2", "-0.1"])
def test_a_cap_is_a_share(call: Call, model: Path, tmp_path: Path, cap: str) -> None:
    path = written(tmp_path / "messages.csv", ["text"], [["hi"]])
    out = str(tmp_path / "out.csv")
    answered = call("understand", "predict", str(model), str(path), "--out", out, f"--error-cap={cap}", "--json")
    assert answered.status == 2


def test_models_list_says_what_is_missing_and_install_takes_a_folder(call: Call, tmp_path: Path) -> None:
    (listed,) = call("models", "list", "--json").value["models"]
    assert (listed["name"], listed["state"], listed["licence"]) == ("minilm-int8", "missing", "Apache-2.0")
    refused = call("models", "install", "minilm-int8", "--from", str(tmp_path), "--json")
    assert refused.status == 2
    assert "cannot be read" in refused.error
    assert call("models", "install", "another", "--json").status == 1


@pytest.mark.shared
def test_installed_weights_are_used_and_a_model_asks_for_them(
    call: Call, tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    monkeypatch.setenv("ABOVELOOP_MODELS", str(store))
    source = str(shared / "models")
    installed = call("models", "install", "minilm-int8", "--from", source, "--json").value
    assert installed["installed"] is True
    assert call("models", "install", "minilm-int8", "--json").value["installed"] is False
    model, path = tmp_path / "m", examples(tmp_path / "e.csv")
    assert call("understand", "fit", str(path), "--out", str(model), "--json").value["weights"] == "minilm-int8"
    out = ("--out", str(tmp_path / "out.csv"), "--json")
    assert call("understand", "predict", str(model), str(path), *out).status == 0
    monkeypatch.setenv("ABOVELOOP_MODELS", str(tmp_path / "nothing"))
    refused = call("understand", "predict", str(model), str(path), *out)
    assert refused.status == 1
    assert "models install minilm-int8" in refused.error
