"""insights: what is new, what changed, and what goes with bad ends."""

from aboveloop.app import insights as gathered
from aboveloop.cli.house import opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line


def insights(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show new topics, changes and what goes with slow or reopened cases, from all that was looked at.

    Example: aboveloop insights --json
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = gathered.insights(premises, reader)

    def human() -> None:
        for each in found.found:
            line(f"{each.kind:7} {each.source}: {each.sentence}")
        if not found.found:
            line("Nothing stands out.")
        for name in found.unseen:
            line(f"Nobody has looked at {name} yet: its page in the radar does.")

    answer(gathered.as_json(found), as_json, human)
