"""Where the dialogues to learn from, the task graphs and the systems' forms lie when nobody names them."""

from pathlib import Path

from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.settings import shared_folder

_PUBLISHED = Path("data") / "star"


def tasks_for(dialogues: Path, named: Path | None) -> Path:
    """The folder of task graphs: as named, else beside the dialogues, else the shared one. Raises WrongUsage."""
    found = named or _first(dialogues.parent / "tasks", _shared("tasks"))
    if found is None or not found.is_dir():
        raise WrongUsage(f"No task graphs were found beside {dialogues}. Name their folder with --tasks.")
    return found


def apis_for(dialogues: Path, named: Path | None) -> Path | None:
    """The folder of the systems' forms, or None: they only help to tell what a customer is about."""
    if named is not None and not named.is_dir():
        raise WrongUsage(f"{named} is no folder.")
    found = named or _first(dialogues.parent / "apis", _shared("apis"))
    return None if found is None else _first(found / "apis", found)


def to_learn_from() -> Path | None:
    """The published dialogues of the shared folder, or None where it is missing."""
    found = _shared("dialogues_dev.jsonl.gz")
    return found if found is not None and found.is_file() else None


def _shared(name: str) -> Path | None:
    folder = shared_folder()
    return None if folder is None else folder / _PUBLISHED / name


def _first(*places: Path | None) -> Path | None:
    return next((place for place in places if place is not None and place.is_dir()), None)
