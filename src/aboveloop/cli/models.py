"""models: weights that reading is better with. None is fetched but by `models install`."""

from pathlib import Path
from typing import Annotated

import typer

from aboveloop.cli.output import Json, answer, line, several, talk
from aboveloop.connect.weights.store import WeightStore, default_folder
from aboveloop.kit.errors import WrongUsage

models_app = several("""Weights of models that run here: listed, installed, checked against their published hashes.

    Example: aboveloop models list
    """)


@models_app.command("list")
def list_weights(as_json: Json = False) -> None:
    """Which weights this version knows, under which licence, and whether they are installed.

    Example: aboveloop models list
    """
    store = WeightStore(default_folder())
    value = [
        {
            "name": each.name,
            "what": each.what,
            "licence": each.licence,
            "bytes": each.size,
            "state": store.state(each.name),
            "files": {file.name: file.sha256 for file in each.files},
            "sources": [source.url for source in each.sources],
        }
        for each in store.manifest.values()
    ]

    def human() -> None:
        for each in value:
            line(f"{each['name']}: {each['state']}. {each['what']} ({each['licence']}, {each['bytes']:,} bytes)")
        line(f"The store is {store.folder}.")

    answer({"folder": str(store.folder), "models": value}, as_json, human)


@models_app.command("install")
def install(
    name: Annotated[str, typer.Argument(help="The weights' name, as `models list` tells it.")],
    folder: Annotated[
        Path | None, typer.Option("--from", help="A folder that holds the files, where nothing may be downloaded.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Fetch weights, check every file against its published hash, and put them into the store.

    Example: aboveloop models install minilm-int8
    """
    store = WeightStore(default_folder())
    weights = store.weights(name)
    if folder is not None and not folder.is_dir():
        raise WrongUsage(f"{folder} is no folder. Name the one that holds {weights.files[0].name}.")
    if folder is None and store.state(name) != "installed":
        talk.print(f"Fetching {weights.size:,} bytes of {name} ({weights.licence}) ...", soft_wrap=True)
    done = store.install(name, folder=folder)
    said = f"installed from {done.source}" if done.source else "already installed"
    value = {"name": name, "folder": str(done.folder), "source": done.source, "installed": bool(done.source)}
    answer(value, as_json, lambda: line(f"{name} is {said}, each file with its published hash: {done.folder}"))
