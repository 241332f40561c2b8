"""The pre-filter says of each opportunity what it has and lacks, and the feedback signal is counted, not assumed."""

from pathlib import Path

import pytest

from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.discover.findings.found import Findings, find
from aboveloop.discover.outcomes import outcomes
from aboveloop.discover.radar import Radar, look
from aboveloop.discover.scorecard import NO_FEEDBACK, QUESTIONS, SCALES, Candidate, hints_of, rank
from aboveloop.history.logs.beginnings import beginnings
from aboveloop.history.logs.columns import Named
from aboveloop.history.logs.opening import open_file, read

DAY = 86_400


def written(path: Path, cases: list[list[str]], *, apart: float = DAY / 10, step: float = 3_600) -> Path:
    """A log of these activities, a case each `apart` seconds, an event each `step`."""
    lines = ["case,activity,time"]
    for number, steps in enumerate(cases):
        for place, activity in enumerate(steps):
            lines.append(f"c{number},{activity},{1_760_000_000 + number * apart + place * step:.0f}")
    path.write_text("\n".join(lines) + "\n")
    return path


def looked(path: Path) -> tuple[Radar, Findings]:
    source = open_file(path)
    log = read(source, Named())
    radar = look(log)
    return radar, find(radar, beginnings(source, log.columns), Assumptions())


WELL = [["opened", "asked", "solved"], ["opened", "asked", "asked", "solved", "reopened", "solved"]] * 200


def checks(found: Findings) -> dict[str, bool]:
    """What the first opportunity was asked."""
    first = found.opportunities[0].prefilter
    assert first is not None
    return {each.name: each.held for each in first.checks}


def test_frequent_work_of_few_ways_with_ends_is_fit_to_begin_with(tmp_path: Path) -> None:
    _, found = looked(written(tmp_path / "log.csv", WELL))
    assert found.opportunities and all(each.prefilter and each.prefilter.passes for each in found.opportunities)
    told = found.as_json()["opportunities"][0]["prefilter"]
    assert told["left_out"] == "" and [each["name"] for each in told["checks"]] == [
        "Volume", "Concentration", "Times", "Outcomes",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lacks", "made"),
    [
        ("Volume", {"cases": WELL, "apart": 3 * DAY}),
        ("Times", {"cases": WELL, "step": 0}),
        ("Outcomes", {"cases": [["opened", "asked", "asked", *order] for order in ("xy", "yx")] * 200}),
        (
            "Concentration",
            {
                "cases": [
                    ["opened", "asked", "asked", *(f"s{n >> b & 1}{b}" for b in range(9)), "solved"] for n in range(400)
                ]
            },
        ),
    ],
)
def test_what_is_lacking_is_left_out_and_says_why(tmp_path: Path, lacks: str, made: dict[str, object]) -> None:
    _, found = looked(written(tmp_path / "log.csv", **made))  # type: ignore[arg-type]
    assert checks(found) == {name: name != lacks for name in ("Volume", "Concentration", "Times", "Outcomes")}
    first = found.opportunities[0].prefilter
    assert first is not None and not first.passes and first.left_out


def test_outcomes_are_counted_by_case_and_apart_from_activity(tmp_path: Path) -> None:
    radar, found = looked(written(tmp_path / "log.csv", [*WELL, ["opened", "asked"]]))
    told = found.outcomes.as_json()
    assert told["cases"] == 401 and told["labelled"] == 400 and told["tells_apart"]
    assert told["kinds"]["resolved"]["cases"] == 400 and told["kinds"]["resolved"]["times"] == 600
    assert told["kinds"]["reopened"]["named"] == ["reopened"] and told["kinds"]["reopened"]["cases"] == 200
    assert told["activity_events"] == radar.cases.ordered.count - 800
    assert outcomes(radar.cases.ordered).in_words.startswith("resolved 100%")


def hint(path: Path) -> str:
    return hints_of(look(read(open_file(path), Named())))["data_readiness"]


def test_the_feedback_signal_is_a_hint_with_its_evidence(tmp_path: Path) -> None:
    assert hint(written(tmp_path / "a.csv", WELL)).startswith("5: 400 of 400 cases (100%) carry an outcome in the data")
    alike = hint(written(tmp_path / "b.csv", [["opened", "solved"]] * 50))
    assert alike.startswith("3: ") and "nothing tells a good end from a bad one" in alike
    assert hint(written(tmp_path / "c.csv", [["opened", "asked"]] * 50)).startswith(f"1: {NO_FEEDBACK}")


def scored(hinted: str, score: int) -> tuple[str, str]:
    given = {"candidate": "one", "problem": "They wait.", "scores": dict.fromkeys(SCALES, score)}
    given |= {"kpis": ["time"], "teams": ["desk"], "ready": dict.fromkeys(QUESTIONS, True)}
    (found,) = rank([Candidate.model_validate(given)], hints={"one": {"data_readiness": hinted}}).ranked
    return found.verdict, " ".join((*found.lacks, *found.remarks))


def test_without_a_feedback_signal_nothing_is_fit_for_a_pilot() -> None:
    assert scored(f"1: {NO_FEEDBACK}", 4) == (
        "not ready", f"{NO_FEEDBACK} (of its history): nothing would tell whether a worker was right",
    )  # fmt: skip
    verdict, said = scored("2: 30 of 100 cases (30%) carry an outcome in the data: resolved 30%", 4)
    assert verdict == "pilot" and "scored 4, and its history says 2" in said
    assert scored("4: 70 of 100 cases", 4) == ("pilot", "")
