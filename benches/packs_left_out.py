"""How far the figures of the example packs hold on customers and models that were not looked at.

    .venv/bin/python benches/packs_left_out.py [--shared ../shared] [--json]

The few numbers of the gate that somebody chose (how far back a proposal may lie, which share of it has to be said)
are chosen anew with a part of the runs left out, and judged on that part alone: once customer by customer (task), once
model by model. The pooled figures of the parts left out stand beside those of the shipped numbers. Then each model by
itself, with the shipped numbers. Rates are per distinct write, as in `aboveloop replay --labels`.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aboveloop.connect.recorded import load_records
from aboveloop.work import confirmation
from aboveloop.work.recorded import lines_of, runs_in
from aboveloop.work.replay import Replay, loaded
from aboveloop.work.scoring import Fate, Labels, Rate, fate

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
COMPANIES = ("retail", "airline")
SHIPPED = {
    "EXCHANGES_OF_A_PROPOSAL": confirmation.EXCHANGES_OF_A_PROPOSAL,
    "SHARE_TO_BE_SAID": confirmation.SHARE_TO_BE_SAID,
    "DETAILS_AFTER_A_YES": confirmation.DETAILS_AFTER_A_YES,
}
# One number is varied at a time: with so few distinct writes more would fit the noise.
CHOICES: tuple[dict[str, float], ...] = (
    SHIPPED,
    {**SHIPPED, "EXCHANGES_OF_A_PROPOSAL": 2},
    {**SHIPPED, "EXCHANGES_OF_A_PROPOSAL": 6},
    {**SHIPPED, "SHARE_TO_BE_SAID": 0.25},
    {**SHIPPED, "SHARE_TO_BE_SAID": 0.75},
    {**SHIPPED, "DETAILS_AFTER_A_YES": 0},
    {**SHIPPED, "DETAILS_AFTER_A_YES": 2},
)
STOPPED = "not performed alone"


@dataclass(frozen=True)
class Company:
    """The recorded runs of one company, their labels, and by run the customer's task and the model."""

    name: str
    data: Path
    labels: tuple[dict[str, Any], ...]
    tasks: Mapping[str, str]
    models: Mapping[str, str]

    @classmethod
    def read(cls, name: str, data: Path) -> "Company":
        runs = [line for _, line in lines_of(data / "runs.jsonl.gz")]
        return cls(
            name,
            data,
            tuple(line for _, line in lines_of(data / "writes.jsonl.gz")),
            {run["run_id"]: f"{name} {run.get('task_id')}" for run in runs},
            {run["run_id"]: str(run.get("agent") or "unnamed").lower() for run in runs},
        )

    def by_model(self) -> dict[str, frozenset[str]]:
        """The runs of each model."""
        return {
            model: frozenset(run for run, each in self.models.items() if each == model)
            for model in sorted(set(self.models.values()))
        }


Attempt = tuple[str, int, str, str]


def fates(company: Company) -> dict[Attempt, Fate]:
    """What becomes of every write of the company's runs with the numbers that are set now."""
    gate = Replay(loaded(EXAMPLES / company.name), load_records(company.data / "db.json.gz"))
    return {
        _attempt(run.run_id, verdict.call.msg_index, verdict.call.tool, verdict.call.args): fate(verdict.decision)
        for run in runs_in(company.data / "runs.jsonl.gz")
        for verdict in gate.verdicts(run)
    }


def rates(company: Company, found: Mapping[Attempt, Fate], runs: frozenset[str] | None = None) -> list[Rate]:
    """The rates over the labelled writes of these runs, or of all."""
    chosen = [label for label in company.labels if runs is None or label["run_id"] in runs]
    labels = Labels.of(chosen)
    for label in chosen:
        what = found.get(_attempt(label["run_id"], label["msg_index"], label["tool"], label["args"]))
        if what is not None:
            labels.add(label["run_id"], label["msg_index"], label["tool"], label["args"], what)
    return list(labels.scores().rates)


def _merit_of(
    found: Mapping[str, Mapping[Attempt, Fate]], *, companies: Iterable[Company], runs: frozenset[str]
) -> float:
    """How good a choice of numbers is: wrong writes stopped, and clean ones let through, which count double."""
    total = 0.0
    for company in companies:
        for rate in rates(company, found[company.name], runs):
            if rate.percent is not None and rate.name.startswith(("unauthorised", "wrong")) and STOPPED in rate.name:
                total += rate.percent
            if rate.percent is not None and rate.name.startswith("clean"):
                total -= 2 * rate.percent
    return total


def left_out(
    companies: list[Company],
    choices: list[dict[str, dict[Attempt, Fate]]],
    parts: Callable[[Company], Mapping[str, str]],
) -> dict[str, dict[Attempt, Fate]]:
    """The fate of every write with the numbers that were best on all other parts."""
    pooled: dict[str, dict[Attempt, Fate]] = {company.name: {} for company in companies}
    part_of = {run: part for company in companies for run, part in parts(company).items()}
    for part in sorted(set(part_of.values())):
        inside = frozenset(run for run, each in part_of.items() if each == part)
        outside = frozenset(part_of) - inside
        best = max(choices, key=partial(_merit_of, companies=companies, runs=outside))
        for company in companies:
            pooled[company.name].update({key: what for key, what in best[company.name].items() if key[0] in inside})
    return pooled


def measured(companies: list[Company]) -> dict[str, Any]:
    choices = []
    for numbers in CHOICES:
        print(f"replaying with {numbers}", file=sys.stderr)
        for name, value in numbers.items():
            setattr(confirmation, name, value)
        choices.append({company.name: fates(company) for company in companies})
    shipped = choices[0]
    by_task = left_out(companies, choices, lambda company: company.tasks)
    by_model = left_out(companies, choices, lambda company: company.models)
    return {
        company.name: {
            "shipped": _told(rates(company, shipped[company.name])),
            "customers_left_out": _told(rates(company, by_task[company.name])),
            "models_left_out": _told(rates(company, by_model[company.name])),
            "model_by_model": {
                model: _told(rates(company, shipped[company.name], runs)) for model, runs in company.by_model().items()
            },
        }
        for company in companies
    }


def as_text(found: Mapping[str, Any]) -> str:
    lines = []
    for company, parts in found.items():
        lines.append(f"{company}: shipped numbers | customers left out | models left out | distinct writes")
        for name, rate in parts["shipped"].items():
            cells = [parts[part][name]["percent"] for part in ("shipped", "customers_left_out", "models_left_out")]
            lines.append(f"  {name}: {' | '.join(_percent(cell) for cell in cells)} | {rate['distinct']}")
        for model, each in parts["model_by_model"].items():
            cells = [
                f"{name} {_percent(rate['percent'])} of {rate['distinct']}"
                for name, rate in each.items()
                if rate["distinct"]
            ]
            lines.append(f"  {model}: {'; '.join(cells) or 'no labelled writes'}")
    return "\n".join(lines)


def _told(found: list[Rate]) -> dict[str, dict[str, float | int | None]]:
    return {rate.name: {"percent": rate.percent, "distinct": rate.distinct} for rate in found}


def _percent(value: float | None) -> str:
    return "none" if value is None else f"{value:.1f} %"


def _attempt(run_id: str, msg_index: int, tool: str, args: Any) -> Attempt:
    return run_id, msg_index, tool, json.dumps(args, sort_keys=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    companies = [Company.read(name, asked.shared / "data/tau" / name) for name in COMPANIES]
    found = measured(companies)
    print(json.dumps(found) if asked.json else as_text(found))


if __name__ == "__main__":
    main()
