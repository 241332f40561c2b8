"""score: candidates for a pilot, ranked, with how firm the ranking is."""

import csv
import io
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from aboveloop.cli.output import Home, Json, answer, line
from aboveloop.discover.errors import CandidatesUnreadable
from aboveloop.discover.radar import look
from aboveloop.discover.scorecard import Candidate, Scorecard, as_rows, hints_of, rank
from aboveloop.history import store
from aboveloop.history.logs.columns import Named
from aboveloop.history.logs.opening import open_file, open_history, read
from aboveloop.kit.settings import load_settings
from aboveloop.operation.yaml_text import read_yaml


def score(
    candidates: Annotated[Path, typer.Argument(help="A YAML file with a list of candidates.")],
    weight: Annotated[list[str] | None, typer.Option("--weight", help="Such as value=2; 1 where not named.")] = None,
    history: Annotated[
        list[str] | None, typer.Option("--history", help="CANDIDATE=HISTORY or a file: what data tells of it.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write .csv, .json or .md here.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Rank candidates on five scales, with weights moved to see whether the first stays first. Status 1 where none is
    fit for a pilot.

    Example: aboveloop score candidates.yaml --weight value=2 --out scorecard.md
    """
    weights = {name: _number(value) for name, value in map(_pair, weight or [])}
    hints = {name: _hints(log, home) for name, log in map(_pair, history or [])}
    card = rank(_read(candidates), weights, hints)
    if out is not None:
        out.write_text(_text(card, out.suffix), encoding="utf-8")
    answer(_value(card), as_json, lambda: line(_markdown(card)))
    if card.ranked[0].verdict != "pilot":
        raise typer.Exit(1)


def _read(path: Path) -> list[Candidate]:
    document, faults = read_yaml(path.read_text(encoding="utf-8"), str(path))
    if document is None:
        raise CandidatesUnreadable(" ".join(str(fault) for fault in faults))
    if not isinstance(document.value, list):
        raise CandidatesUnreadable(f"{path} must hold a list of candidates.")
    found = []
    for number, each in enumerate(document.value):
        try:
            found.append(Candidate.model_validate_json(json.dumps(each), strict=True))
        except ValidationError as error:
            said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False))
            raise CandidatesUnreadable(f"{document.place((number,)).path}, candidate {number + 1}: {said}.") from error
    return found


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise CandidatesUnreadable(f"{text!r} is no pair: write NAME=VALUE.")
    return name, value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise CandidatesUnreadable(f"{text!r} is no number.") from error


def _hints(log: str, home: Path | None) -> dict[str, str]:
    path = Path(log)
    source = open_file(path) if path.exists() else open_history(store.find(load_settings(home, None).home, log))
    return hints_of(look(read(source, Named())))


def _value(card: Scorecard) -> dict[str, Any]:
    rows = as_rows(card)
    for row, each in zip(rows, card.ranked, strict=True):
        row["hints"] = dict(each.hints)
    firm = {"stays_first": card.stays_first, "rivals": dict(card.rivals), "sensitivity": card.firmness}
    return {"candidates": rows, "weights": dict(card.weights), **firm}


def _text(card: Scorecard, suffix: str) -> str:
    match suffix:
        case ".json":
            return json.dumps(_value(card), indent=2, ensure_ascii=False) + "\n"
        case ".md":
            return _markdown(card) + "\n"
        case ".csv":
            rows = as_rows(card)
            file = io.StringIO()
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
            return file.getvalue()
    raise CandidatesUnreadable("A scorecard is written as .csv, .json or .md.")


def _markdown(card: Scorecard) -> str:
    lines = ["| place | candidate | score | verdict | approvals a day |", "|---|---|---|---|---|"]
    for row in as_rows(card):
        verdict = row["verdict"] + (", quick win" if row["quick_win"] else "")
        cells = (row["place"], row["candidate"], row["total"], verdict, row["approvals_a_day"])
        lines.append(f"| {' | '.join(map(str, cells))} |")
    lines += ["", card.firmness]
    for each in card.ranked:
        said = [*each.lacks, *each.remarks, *(f"{name} {hint}" for name, hint in each.hints.items())]
        lines += [f"- {each.candidate.candidate}: {one}" for one in said]
    return "\n".join(lines)
