"""check: an operation folder, looked through. It opens no house."""

from pathlib import Path
from typing import Annotated

import typer

from aboveloop.app import inspection
from aboveloop.cli.output import Json, answer, counted, line, print_json
from aboveloop.govern.readiness import missing_to_go_live
from aboveloop.kit.errors import WrongUsage

Folder = Annotated[Path | None, typer.Argument(help="An operation folder. Default: the sample company's.")]


def check(
    folder: Folder = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the schema that policies are checked against.")
    ] = False,
    live: Annotated[
        bool, typer.Option("--live", help="Status 1 also where owners, oversight or training are missing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Look through a whole operation folder and explain each fault with file and line.

    Example: aboveloop check my-company/
    """
    chosen = existing(folder)
    if schema:
        print_json(inspection.schema(chosen))
        return
    report = inspection.look_through(chosen)
    operation = report.operation
    missing = missing_to_go_live(operation) if operation is not None else ()
    value = {
        "folder": str(chosen),
        "ok": report.is_sound,
        "digest": operation.digest if operation else None,
        "faults": [
            {"file": each.path, "line": each.line, "message": each.message, "severity": each.severity.value}
            for each in report.faults
        ],
        "policy_tests": len(operation.policy_tests) if operation else 0,
        "scenarios": len(operation.scenarios) if operation else 0,
        "ready": operation is not None and not missing,
        "missing_to_go_live": [vars(each) for each in missing],
    }

    def human() -> None:
        for fault in report.faults:
            line(str(fault))
        if report.is_sound and operation is not None:
            counts = (
                f"{len(operation.policy_tests)} policy tests hold, {len(operation.scenarios)} scenarios stand ready"
            )
            line(f"{chosen} is sound: {counts}.")
            for each in missing:
                line(f"not ready to go live: {each.sentence}")
        else:
            line(f"{counted(len(report.faults), 'fault')} in {chosen}.")

    answer(value, as_json, human)
    if not report.is_sound or (live and missing):
        raise typer.Exit(1)


def existing(folder: Path | None) -> Path:
    chosen = folder or inspection.SAMPLE_OPERATION
    if not chosen.is_dir():
        raise WrongUsage(f"{chosen} is no folder. Name an operation folder (it holds operation.yaml).")
    return chosen
