"""model: which outside models there are, and asking one about a case. Nothing is asked of any by itself."""

from dataclasses import asdict
from typing import Annotated

import typer

from aboveloop.app.embeddings.renewing import renewed
from aboveloop.app.embeddings.standing import FITTED
from aboveloop.app.outside_models import ask_vendor
from aboveloop.cli.house import As, case_of, desk_of, note_look, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.connect.models.embedding_settings import embeddings_of
from aboveloop.connect.models.home_file import FILE
from aboveloop.connect.models.vendors import vendors_of
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
    found, meaning = vendors_of(settings.home), embeddings_of(settings.home)

    def human() -> None:
        for each in found.values():
            doubt = f"nothing leaves where masking doubts over {each.most_uncertainty}"
            line(f"{each.name}: {each.model} at {each.url}; {doubt}")
        if meaning is not None:
            doubt = f"nothing leaves where masking doubts over {meaning.most_uncertainty}"
            line(f"{meaning.name} (embeddings): {meaning.model} at {meaning.url}; {doubt}")
        if not found and meaning is None:
            line(f"No outside model is set up: {settings.home / FILE} does not exist or is empty. Nothing leaves.")

    value = {
        "models": [asdict(each) for each in found.values()],
        "embeddings": None if meaning is None else asdict(meaning),
    }
    answer(value, as_json, human)


@model_app.command("renew")
def renew(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Fit the release at work anew with a provider's embeddings, after the provider has changed its model.

    Example: aboveloop model renew
    """
    with opened(home, database) as premises:
        found = renewed(premises)
    answer(asdict(found), as_json, lambda: line(found.sentence))
    if found.state != FITTED:
        raise typer.Exit(1)


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
        with premises.database.read() as reader:
            known = case_of(reader, case)
        note_look(premises, person, known)
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
