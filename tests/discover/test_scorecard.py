"""The scorecard: what is ranked first, how firmly, and what is no pilot."""

import json
from pathlib import Path

import pytest

from aboveloop.cli.main import main
from aboveloop.discover.errors import CandidatesUnreadable
from aboveloop.discover.scorecard import QUESTIONS, SCALES, Candidate, rank

READY = dict.fromkeys(QUESTIONS, True)


def candidate(name: str, *scores: int, **more: object) -> Candidate:
    given = {"candidate": name, "problem": "It takes too long.", "scores": dict(zip(SCALES, scores, strict=False))}
    return Candidate.model_validate({**given, "kpis": ["time"], "teams": ["support"], "ready": READY, **more})


def test_a_candidate_that_is_best_on_every_scale_stays_first_under_all_weights() -> None:
    card = rank([candidate("worse", 3, 3, 3, 3, 3), candidate("best", 5, 5, 5, 5, 5)])
    assert [each.candidate.candidate for each in card.ranked] == ["best", "worse"]
    assert card.stays_first == 1 and "stays first however" in card.firmness
    assert card.ranked[0].is_quick_win


def test_a_close_ranking_says_who_else_comes_first() -> None:
    card = rank([candidate("bold", 5, 2, 3, 3, 3), candidate("easy", 2, 5, 3, 3, 3)])
    assert 0 < card.stays_first < 1
    assert card.stays_first + sum(card.rivals.values()) == pytest.approx(1)
    assert "of the weights that were tried" in card.firmness


def test_five_approvals_before_lunch_are_politics() -> None:
    (calm,) = rank([candidate("calm", 4, 4, 4, 4, 4, cases_a_day=9, approvals_a_case=1)]).ranked
    (busy,) = rank([candidate("busy", 4, 4, 4, 4, 4, cases_a_day=10, approvals_a_case=1)]).ranked
    assert not calm.remarks and "before lunch" in busy.remarks[0] and busy.approvals_a_day == 10
    assert (calm.verdict, busy.verdict) == ("pilot", "not ready") and not busy.is_quick_win


def test_what_people_do_better_is_an_outcome_and_not_first() -> None:
    card = rank([candidate("grief", 5, 5, 5, 5, 5, better_for_humans=True), candidate("parcels", 2, 2, 2, 2, 2)])
    assert [each.verdict for each in card.ranked] == ["pilot", "better for humans"]


def test_open_questions_and_missing_scores_keep_a_candidate_back() -> None:
    (found,) = rank([candidate("vague", 4, ready={"data": False})]).ranked
    assert found.verdict == "not ready"
    assert any(each.startswith("no: ") for each in found.lacks) and any("open: " in each for each in found.lacks)
    assert any("integration is not scored" in each for each in found.lacks)


def test_several_kpis_or_teams_are_no_quick_win() -> None:
    (wide,) = rank([candidate("wide", 5, 5, 5, 5, 5, kpis=["time", "cost"], teams=[])]).ranked
    assert not wide.is_quick_win and len(wide.remarks) == 2


def test_weights_are_of_the_scales() -> None:
    with pytest.raises(CandidatesUnreadable):
        rank([candidate("one", 1, 1, 1, 1, 1)], {"price": 2})
    with pytest.raises(CandidatesUnreadable):
        rank([])


@pytest.mark.parametrize("suffix", ["csv", "json", "md"])
def test_the_command_ranks_a_file_and_writes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    file, out = tmp_path / "candidates.yaml", tmp_path / f"card.{suffix}"
    scores = ", ".join(f"{name}: 4" for name in SCALES)
    ready = ", ".join(f"{name}: true" for name in QUESTIONS)
    text = f"- candidate: parcels\n  problem: They wait.\n  scores: {{{scores}}}\n  ready: {{{ready}}}\n"
    file.write_text(text + "  kpis: [time]\n  teams: [desk]\n")
    log = tmp_path / "log.csv"
    log.write_text("case,activity,time\n1,open,2026-01-01 10:00\n1,closed,2026-01-02 10:00\n2,open,2026-01-03 10:00\n")
    with pytest.raises(SystemExit) as ended:
        main(["score", str(file), "--history", f"parcels={log}", "--out", str(out), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert not ended.value.code and told["candidates"][0]["verdict"] == "pilot"
    assert "outcome in the data" in told["candidates"][0]["hints"]["data_readiness"]
    assert "parcels" in out.read_text()


def test_a_candidate_without_a_problem_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "candidates.yaml"
    file.write_text("- candidate: hype\n  scores: {value: 5}\n")
    with pytest.raises(SystemExit) as ended:
        main(["score", str(file)])
    assert ended.value.code == 2 and "problem" in capsys.readouterr().err
