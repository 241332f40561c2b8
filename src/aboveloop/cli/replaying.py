"""replay: recorded runs of other people's workers, sent through this house's gate."""

from pathlib import Path
from typing import Annotated

import typer

from aboveloop.cli.output import Json, answer, line, progress
from aboveloop.kit.errors import WrongUsage
from aboveloop.work.replay import replay as replay_runs


def replay(
    runs: Annotated[Path, typer.Argument(help="Recorded runs, one JSON object a line, .gz or not.")],
    operation: Annotated[Path, typer.Option(help="The operation folder whose policies judge.")],
    db: Annotated[Path, typer.Option(help="The system of record before the runs, JSON, .gz or not.")],
    out: Annotated[Path, typer.Option(help="Where the verdicts go, one JSON object a line.")],
    labels: Annotated[Path | None, typer.Option(help="Outside labels, for a summary table.")] = None,
    as_json: Json = False,
) -> None:
    """Judge every recorded write as if it were proposed now, and write one verdict for each.

    Example: aboveloop replay runs.jsonl.gz --operation examples/airline --db db.json.gz --out verdicts.jsonl
    """
    for each in (runs, db, labels):
        if each is not None and out.exists() and each.exists() and out.samefile(each):
            raise WrongUsage(f"{out} is what the replay reads. Name another file with --out.")
    with progress() as bar:
        task = bar.add_task("Replaying", total=None)
        summary = replay_runs(
            runs, operation, db, out, labels, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
    answer(summary.as_json(), as_json, lambda: line(summary.as_text()))
