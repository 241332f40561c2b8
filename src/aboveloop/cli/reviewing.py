"""release review: the five parts that a release of changed risk waits for."""

from typing import Annotated

import typer

from aboveloop.app.premises import Premises
from aboveloop.app.releasing.promote import open_review
from aboveloop.app.releasing.reviewing import fill, reviews_of, sign
from aboveloop.app.releasing.shapes import review_json
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.govern.promotion.review import QUESTIONS, Evidence, Review
from aboveloop.operation import releases
from aboveloop.operation.releases import Release

review_app = several("""Review a release that changes risk: five parts, and a signature.

    Example: aboveloop release review show r3
    """)
Named = Annotated[str, typer.Argument(help="A release's name (r3) or the beginning of its digest.")]


@review_app.command("show")
def show(name: Named, home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show the review of a release against production, and what it lacks.

    Example: aboveloop release review show r3
    """
    with opened(home, database) as premises:
        release = _find(premises, name)
        diff = open_review(premises, release, by="house")
        with premises.database.read() as reader:
            reviews = reviews_of(premises, reader, release)
            found = reviews.find(reader) if reviews is not None else None
    needed = diff is not None and diff.needs_review
    answer({"release": release.name, "needed": needed, "review": review_json(found)}, as_json, lambda: _print(found))


@review_app.command("fill")
def fill_part(
    name: Named,
    part: Annotated[str, typer.Argument(help="model_vendor, data_handling, monitoring, escalation or auditability.")],
    text: Annotated[str, typer.Option("--evidence", help="What was found.")],
    link: Annotated[str, typer.Option("--link", help="Where the evidence lies.")] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Write one part of the review, over what stood there.

    Example: aboveloop release review fill r3 monitoring --evidence "Refund errors are on the daily page" --as tomasz
    """
    with opened(home, database) as premises:
        who = desk_of(premises, person).person
        found = fill(premises, _find(premises, name), Evidence(part, text, link), by=who)
    answer({"release": name, "review": review_json(found)}, as_json, lambda: _print(found))


@review_app.command("sign")
def sign_it(
    name: Named,
    because: Annotated[str, typer.Option("--because", help="What you answer for.")] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Sign the review of a release that somebody else made, when all five parts are there.

    Example: aboveloop release review sign r3 --as adaeze
    """
    with opened(home, database) as premises:
        who = desk_of(premises, person).person
        found = sign(premises, _find(premises, name), by=who, because=because)
    answer({"release": name, "review": review_json(found)}, as_json, lambda: _print(found))


def _find(premises: Premises, name: str) -> Release:
    with premises.database.read() as reader:
        return releases.find_release(reader, name)


def _print(found: Review | None) -> None:
    if found is None:
        line("No review is needed: nothing in it alters risk.")
        return
    for part, question in QUESTIONS.items():
        filled = found.parts.get(part)
        line(f"{'ok' if filled else '--'}  {part.value}: {question}")
        if filled is not None:
            line(f"      {filled.evidence} {filled.link} ({filled.filled_by})")
    line(f"Signed by {found.signed_by}." if found.is_signed else "Nobody has signed it.")
