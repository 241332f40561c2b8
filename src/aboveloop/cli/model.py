"""model: which outside models there are, and asking one about a case. Nothing is asked of any by itself."""

from dataclasses import asdict
from typing import Annotated

import typer

from aboveloop.app.outside_models import ask_vendor
from aboveloop.cli.house import As, case_of, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.connect.models.vendors import FILE, vendors_of
from aboveloop.kit.settings import load_settings
from aboveloop.work.privacy.outside import Answered, AwaitsApproval

model_app = several("""Outside models: none is used unless models.toml in the state folder names it.

    Example: aboveloop model list
    """)


@model_app.command("list")
def list_models(home: Home = None, as_json: Json = False) -> None:
    """Which outside models are set up, and from which doubt on nothing is sent to them.

    Example: aboveloop model list
    """
    settings = load_settings(home)
    found = vendors_of(settings.home)

    def human() -> None:
        for each in found.values():
            doubt = f"nothing leaves where masking doubts over {each.most_uncertainty}"
            line(f"{each.name}: {each.model} at {each.url}; {doubt}")
        if not found:
            line(f"No outside model is set up: {settings.home / FILE} does not exist or is empty. Nothing leaves.")

    answer({"models": [asdict(each) for each in found.values()]}, as_json, human)


@model_app.command("ask")
def ask_about(
    case: Annotated[str, typer.Argument(help="The case's id.")],
    prompt: Annotated[str, typer.Argument(help="A prompt of the operation: the name of prompts/NAME.md.")],
    vendor: Annotated[str, typer.Option("--vendor", help="The outside model, as models.toml names it.")],
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Ask an outside model about a case: personal values are masked before and put back after, and the flow is kept.

    Example: aboveloop model ask case_01k9... summarise --vendor acme --as noor
    """
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        desk.must("read_personal")
        with premises.database.read() as reader:
            known = case_of(reader, case)
        outcome = ask_vendor(premises, desk.person, known.id, vendor=vendor, prompt=prompt)
    kind = type(outcome).__name__.lower()
    if isinstance(outcome, Answered):
        said = outcome.text
    elif isinstance(outcome, AwaitsApproval):
        said = f"It waits for approval {outcome.approval_id}. Nothing was sent."
    else:
        said = outcome.because
    answer({"outcome": kind, **asdict(outcome)}, as_json, lambda: line(said))
    if not isinstance(outcome, Answered):
        raise typer.Exit(1)
