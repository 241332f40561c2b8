"""retention: what is due to be erased, and erasing it."""

from dataclasses import asdict

from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.work.privacy import retention

retention_app = several("""What is kept how long, by operation.yaml; `aboveloop up` erases what is due once a day.

    Example: aboveloop retention plan
    """)


@retention_app.command("plan")
def plan(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """What a run would erase now, class by class, and what it would leave because it is held.

    Example: aboveloop retention plan
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = retention.plan(reader, premises.current(), premises.house.clock.now())

    def human() -> None:
        for each in found:
            kept = "kept until the person is erased" if each.days is None else f"{each.days} days"
            line(f"{each.record:16} {kept}: {each.due} due, {each.held} held  ({each.words})")

    answer({"classes": [asdict(each) for each in found]}, as_json, human)


@retention_app.command("run")
def run(home: Home = None, database: DatabaseUrl = None, person: As = None, as_json: Json = False) -> None:
    """Erase what is due now, in batches, never what is held.

    Example: aboveloop retention run --as adaeze
    """
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        desk.must("erase")
        done = retention.run(premises.house, premises.current(), actor=desk.person.actor)

    def human() -> None:
        for record, number in done.erased.items():
            line(f"{record}: {number} erased, {done.held.get(record, 0)} held")
        if not done.erased:
            line("Nothing has a time: operation.yaml names no `privacy: {retention: ...}`.")

    answer({"erased": dict(done.erased), "held": dict(done.held)}, as_json, human)
