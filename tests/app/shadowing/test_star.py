"""A worker beside the clerks of recorded dialogues, on a handful of made-up ones; the published ones: tests/real."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from aboveloop.app.shadowing.star.conversion import convert, put_down
from aboveloop.app.shadowing.star.dialogues import FREE, Moment, moments_of, read_dialogues
from aboveloop.app.shadowing.star.features import of_step, of_task
from aboveloop.app.shadowing.star.graphs import Graph, Tasks, read_graphs
from aboveloop.app.shadowing.star.learning import learn, load, save
from aboveloop.app.shadowing.star.scoring import Report, judge, told
from aboveloop.app.shadowing.star.slots import Slots
from aboveloop.app.shadowing.star.unseen import judge_unseen
from aboveloop.kit.errors import WrongUsage
from aboveloop.measure.agreement import Pair
from aboveloop.operation.checking import check_folder
from aboveloop.operation.loading import load as load_folder

WEATHER = {
    "task": "weather",
    "replies": {
        "hello": "Hello, how can I help?",
        "weather_ask_day": "For what day would you like the weather forecast?",
        "weather_ask_location": "For what city?",
        "weather_inform_forecast": "It will be {weather:s}.",
        "weather_bye": "Goodbye.",
        "query": "Query",
    },
    "graph": {
        "hello": "weather_ask_day",
        "weather_ask_day": "weather_ask_location",
        "weather_ask_location": "query",
        "query": "weather_inform_forecast",
        "weather_inform_forecast": "anything_else",
    },
}
RIDE = {
    "task": "ride",
    "replies": {"ask_name": "Your name?", "ride_ask_where": "Where does the ride go?", "ride_confirm": "Booked."},
    "graph": {
        "hello": "ask_name",
        "ask_name": "ride_ask_where",
        "ride_ask_where": "query_check",
        "query_success": "ride_ask_confirm",
        "query_failure": "ride_inform_nothing_found",
        "yes": "query_book",
        "no": "ride_ask_where",
        "query_book": "ride_confirm",
        "ride_confirm": "anything_else",
    },
}  # fmt: skip


@pytest.fixture
def graphs(tmp_path: Path) -> Tasks:
    for graph in (WEATHER, RIDE):
        folder = tmp_path / "tasks" / str(graph["task"])
        folder.mkdir(parents=True)
        (folder / f"{graph['task']}.json").write_text(json.dumps(graph))
        (folder / "responses.json").write_text("{}")
    forms = tmp_path / "apis"
    forms.mkdir()
    (forms / "ride.json").write_text(json.dumps({"input": [{"ReadableName": "Car", "Categories": ["Limousine"]}]}))
    return read_graphs(tmp_path / "tasks", forms)


def says(text: str) -> dict[str, Any]:
    return {"Agent": "User", "Action": "utter", "Text": text}


def picks(step: str) -> dict[str, Any]:
    return {
        "Agent": "Wizard",
        "Action": "pick_suggestion",
        "ActionLabel": step,
        "Text": step,
        "ActionLabelOptions": ["x"],
    }


def asks(task: str, **constraints: str) -> dict[str, Any]:
    given = [{name: f'"{value}"'} for name, value in constraints.items()]
    return {"Agent": "Wizard", "Action": "query", "APIName": task, "Constraints": given}


def answers(task: str, **item: Any) -> dict[str, Any]:
    return {"Agent": "KnowledgeBase", "Action": "return_item", "APIName": task, "Item": {"APIName": task, **item}}


def dialogue(number: int, task: str, *events: dict[str, Any], happy: bool = True) -> dict[str, Any]:
    scenario = {"Happy": happy, "MultiTask": False, "WizardCapabilities": [{"Task": task}]}
    return {"DialogueID": number, "Scenario": scenario, "Events": list(events)}


def weather(number: int) -> dict[str, Any]:
    return dialogue(
        number, "weather",
        says(f"Will it rain on day {number}?"),
        {"Agent": "UserGuide", "Action": "instruct", "Text": "SECRET guide"},
        {"Agent": "Wizard", "Action": "request_suggestions", "Text": "SECRET what city"},
        picks("weather_ask_location"), says("Detroit please"),
        asks("weather", City="Detroit"), answers("weather", Weather="Sunny"), picks("weather_inform_forecast"),
        says("thank you, bye"), picks("weather_bye"),
    )  # fmt: skip


def ride(number: int) -> dict[str, Any]:
    return dialogue(
        number, "ride",
        says(f"I need a limousine ride, number {number}"), picks("ride_ask_where"), says("to the airport"),
        asks("ride", RequestType="Check"), answers("ride", Message="Available"), picks("ride_ask_confirm"),
        says("yes"), asks("ride", RequestType="Book"), answers("ride", Message="Booked"), picks("ride_confirm"),
        {"Agent": "Wizard", "Action": "utter", "Text": "Have fun."},
        happy=False,
    )  # fmt: skip


def written(path: Path, numbers: range) -> Path:
    lines = [json.dumps(weather(each) if each % 2 else ride(each)) for each in numbers]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


def moments(value: dict[str, Any]) -> list[Moment]:
    return list(moments_of(value))


def test_a_moment_holds_what_stood_before_the_clerk_and_nothing_that_gives_his_step_away() -> None:
    first, second, third, last = moments(weather(1))
    assert [each.step for each in (first, second, third, last)] == [
        "weather_ask_location", "query", "weather_inform_forecast", "weather_bye",
    ]  # fmt: skip
    assert first.heard == ("Will it rain on day 1?",) and first.path == ("START",) and first.answer is None
    assert third.answer == {"APIName": "weather", "Weather": "Sunny"} and third.answer_is_new and not third.heard
    assert last.earlier == ("Will it rain on day 1?", "Detroit please")
    seen = of_step(first, Slots({})) | of_task(first)
    assert not any("secret" in name.lower() or "weather" in name for name in seen)


def test_a_query_is_told_apart_by_what_it_asks_for_and_own_words_are_no_step() -> None:
    assert [each.step for each in moments(ride(2))] == [
        "ride_ask_where", "query_check", "ride_ask_confirm", "query_book", "ride_confirm", FREE,
    ]  # fmt: skip


def test_what_was_asked_with_stands_without_the_kind_of_query_and_the_same_answer_is_known_as_such() -> None:
    value = dialogue(
        3, "weather",
        says("Detroit?"), asks("weather", City="Detroit", RequestType="Check"), answers("weather", Weather="Sunny"),
        asks("weather", City="Boston"), answers("weather", Weather="Sunny"), picks("weather_inform_forecast"),
    )  # fmt: skip
    first, second, third = moments(value)
    assert (
        first.asked_with == {} and second.asked_with == {"City": '"Detroit"'} and third.asked_with["City"] == '"Boston"'
    )
    assert (second.answer_is_same, third.answer_is_same) == (False, True)
    assert third.last_message == "Detroit?"


def test_of_several_tasks_the_clerks_choice_counts_and_before_it_nobody_can_tell() -> None:
    value = weather(1)
    value["Scenario"] |= {"MultiTask": True, "WizardCapabilities": [{"Task": "ride"}, {"Task": "weather"}]}
    value["Events"].insert(5, {"Agent": "Wizard", "Action": "select_task", "Task": "weather"})
    assert [each.task for each in moments(value)] == ["", "weather", "weather", "weather"]


def test_a_graph_alone_leads_through_its_task(graphs: Tasks) -> None:
    by_graph = [graphs.graphs["ride"].next_step(moment) for moment in moments(ride(2))]
    assert by_graph[1:5] == ["query_check", "ride_ask_confirm", "query_book", "ride_confirm"]
    assert graphs.graphs["ride"].order == (
        "ask_name", "ride_ask_where", "query_check", "ride_ask_confirm", "query_book", "ride_confirm", "anything_else",
    )  # fmt: skip
    assert graphs.nearest(moments(ride(2))[0]) == "ride"


def test_no_dialogue_is_judged_by_what_was_learned_from_it(graphs: Tasks, tmp_path: Path) -> None:
    known = written(tmp_path / "known.jsonl.gz", range(40))
    learned = learn([moment for each in read_dialogues(known) for moment in moments_of(each)])
    both = written(tmp_path / "both.jsonl.gz", range(30, 50))
    found = judge(both, graphs, model=learned, beside=None)
    assert {guess.moment.dialogue for guess in found.guesses} == {str(number) for number in range(40, 50)}
    with pytest.raises(WrongUsage, match="learned from every one"):
        judge(known, graphs, model=learned, beside=None)


def test_a_model_is_the_same_after_it_was_written_and_read(tmp_path: Path) -> None:
    learned = learn(
        [moment for number in range(20) for moment in moments_of(weather(number) if number % 2 else ride(number))]
    )
    save(learned, tmp_path / "m")
    read = load(tmp_path / "m")
    fresh = moments(ride(50)) + moments(weather(51))
    assert read.next_steps(fresh) == learned.next_steps(fresh) and read.intents(fresh) == learned.intents(fresh)
    assert read.dialogues == learned.dialogues
    assert read.slots == learned.slots and "City" in read.slots.words
    (tmp_path / "m").write_bytes(b"no zip")
    with pytest.raises(WrongUsage, match="Learn it anew"):
        load(tmp_path / "m")


@pytest.mark.parametrize("range_judged", [range(40), range(40, 60)])
def test_the_report_tells_agreement_by_task_and_kind(graphs: Tasks, tmp_path: Path, range_judged: range) -> None:
    known = written(tmp_path / "known.jsonl.gz", range(40))
    judged = written(tmp_path / "judged.jsonl.gz", range_judged)
    told = judge(judged, graphs, model=None, beside=known).as_json()
    assert told["dialogues"] == len(range_judged) and told["free_texts"] == len(range_judged) / 2
    assert told["next_step"]["agreement"] == 1.0 and told["intent"]["agreement"] == 1.0
    assert set(told["tasks"]) == {"ride", "weather"} and set(told["by_kind"]) == {
        "happy, one task",
        "unhappy, one task",
    }
    assert told["tasks"]["ride"]["next_step"]["n"] == 5 * len(range_judged) / 2
    low, high = told["next_step"]["interval"]
    assert low < 1.0 and high == 1.0
    assert told["by_graph_alone"]["next_step"]["agreement"] > 0.5
    unseen = told["unseen_tasks"]
    assert set(unseen["tasks"]) == {"ride", "weather"} and unseen["next_step"]["n"] > 0


def test_a_step_of_an_unseen_task_is_told_by_names_that_every_graph_has(graphs: Tasks) -> None:
    known = [moment for number in range(30) for moment in moments(weather(number))]
    judged = [moment for number in range(60, 66) for moment in moments(ride(number))]
    found = judge_unseen(judged, known, graphs)
    assert {moment.task for moment, _ in found} == {"ride"} and len(found) == 30
    assert {step for _, step in found} <= {
        *graphs.graphs["ride"].steps,
        "hello",
        "anything_else",
        "goodbye_1",
        "out_of_scope",
    }


def test_without_anything_to_learn_from_the_graphs_speak_alone(graphs: Tasks, tmp_path: Path) -> None:
    report = judge(written(tmp_path / "j.jsonl.gz", range(4)), graphs, model=None, beside=None)
    assert isinstance(report, Report) and report.guesses == report.by_graph
    assert report.learned_from == "task graphs and replies alone"


@pytest.mark.parametrize("content", [b"", b"[1]\n", b'{"DialogueID": 1}\n', b"{broken"])
def test_what_is_no_file_of_dialogues_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "d.jsonl"
    path.write_bytes(content)
    with pytest.raises(WrongUsage):
        read_dialogues(path)


def test_graphs_become_procedures_that_the_operations_checker_accepts(graphs: Tasks, tmp_path: Path) -> None:
    converted = convert(graphs, None)
    put_down(converted, tmp_path / "clerks")
    assert [str(fault) for fault in check_folder(tmp_path / "clerks")] == []
    loaded = load_folder(tmp_path / "clerks").operation
    assert loaded is not None and set(loaded.procedures) == {"weather", "ride"}
    ride = loaded.procedures["ride"].steps
    confirmed = next(step for step in ride if step.confirm)
    assert (confirmed.id, confirmed.confirm, confirmed.if_no) == ("ride_ask_confirm", "query_book", "ride_ask_where")
    look = next(step for step in ride if step.look_up)
    assert (look.look_up, look.missing) == ("desk.ride_query_check", "ride_inform_nothing_found")
    assert next(step.do for step in ride if step.do) == "desk.ride_query_book"
    assert converted.left_out == {"ride": (), "weather": ()}


def test_what_no_step_can_ask_for_is_left_out_and_named() -> None:
    graph = {**WEATHER["graph"], "info_missing": "weather_ask_street", "weather_ask_street": "query"}  # type: ignore[dict-item]
    converted = convert(Tasks([Graph("weather", WEATHER["replies"], graph)]), None)  # type: ignore[arg-type]
    assert converted.left_out == {"weather": ("weather_ask_street",)}


def test_answers_go_into_the_fields_that_their_questions_name(tmp_path: Path) -> None:
    fields = [{"Name": "Location", "ReadableName": "City"}, {"Name": "Day"}, {"Name": "RequestType"}, {"Name": "Unit"}]
    (tmp_path / "weather.json").write_text(json.dumps({"input": fields}))
    graph = Graph("weather", WEATHER["replies"], WEATHER["graph"])  # type: ignore[arg-type]
    text = convert(Tasks([graph]), tmp_path).files["procedures/weather.yaml"]
    assert "location: said_weather_ask_location" in text and "day: said_weather_ask_day" in text
    assert "unit:" not in text and "request_type" not in text


def test_steps_of_one_dialogue_count_as_alike() -> None:
    moments = [("one", Pair("a", "a"))] * 50 + [("two", Pair("a", "b"))] * 50
    apart = [(str(number), pair) for number, (_, pair) in enumerate(moments)]
    together, single = told(moments), told(apart)
    assert together["agreement"] == single["agreement"] == 0.5 and together["dialogues"] == 2
    assert together["interval"][1] - together["interval"][0] > 2 * (single["interval"][1] - single["interval"][0])
