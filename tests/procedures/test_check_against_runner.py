"""What the check promises, the runner keeps: a procedure that passes never runs into a wall, whatever happens."""

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aboveloop.operation.faults import any_serious
from aboveloop.operation.loading import load_files
from aboveloop.operation.models import Operation, Procedure, Step
from aboveloop.operation.places import Places
from aboveloop.procedures import runner
from aboveloop.procedures.check import check_procedures, expand
from aboveloop.procedures.frames import Frame
from aboveloop.procedures.moves import Ask, Do, Finish, GiveToPerson, LookUp, Pause, Propose, Tell
from aboveloop.procedures.runner import Surroundings
from operation.kettle import FILES

AROUND = Surroundings(
    now=datetime(2026, 3, 2, tzinfo=UTC), customer="", contact={"channel": "webchat", "address": "x"}, currency="EUR"
)
# What the runner says when a procedure was wrong, as opposed to a person being asked for.
WALLS = ("ran past its last step", "went round without asking", "has no value", "There is no step", "No choice")
NAMES = ["email", "order_number", "x", "record"]
HAND_OVER = "A person is asked for."


def company() -> Operation:
    operation = load_files(FILES, Path("kettle")).operation
    assert operation is not None
    return operation


def any_step(chance: random.Random, index: int, count: int) -> dict[str, Any]:
    """A step of any kind that may be right or wrong where it stands."""
    name, target, other = chance.choice(NAMES), f"s{chance.randrange(count)}", f"s{chance.randrange(count)}"
    maybe = {"go": target} if chance.random() < 0.2 else {}
    kinds: list[dict[str, Any]] = [
        {"ask": chance.choice(NAMES[:2]), "say": "ask_email", **maybe},
        {"ask": chance.choice(NAMES[:2]), "say": "ask_email", "into": "x"},
        {"set": {chance.choice(NAMES): name}, **maybe},
        {"forget": [name], **maybe},
        {"look_up": "shop.get_order", "with": {"order_id": name}, "into": "record", "missing": target},
        {"look_up": "shop.get_order", "with": {"order_id": name}, **maybe},
        {
            "choose": [
                {"when": f"{name} == 'a'", "go": target},
                {"otherwise": True, "go": other},
            ]
        },
        {"confirm": f"s{min(index + 1, count - 1)}", "say": "one_moment", "if_no": target},
        {"do": "shop.void_refund", "with": {"refund_id": name}, "into": "x", "refused": target},
        {"do": "shop.void_refund", "with": {"refund_id": name}},
        {"wait": {"hours": 1}, **maybe},
        {"say": "kept", **maybe},
        {"end": "resolved"},
        {"hand_over": HAND_OVER},
    ]
    return {"id": f"s{index}", **chance.choice(kinds)}


def any_procedure(chance: random.Random) -> Procedure:
    count = chance.randint(1, 7)
    rows = [{"id": "s0", "ask": "email", "say": "ask_email"}]
    rows += [any_step(chance, index, count + 1) for index in range(1, count)]
    rows.append({"id": f"s{count}", "end": "resolved"})
    return Procedure(procedure="p", steps=[Step.model_validate(row) for row in rows])


def wall(steps: list[Step], chance: random.Random) -> str | None:
    """Runs the procedure with anything happening at every move; the wall that it ran into, if any."""
    frame = Frame(run_id="run_1", procedure="p")
    for _ in range(60):
        frame, move = runner.next_move(steps, frame, AROUND)
        luck = chance.random() < 0.6
        after: Frame | GiveToPerson | None
        match move:
            case Ask():
                after = runner.hear(frame, {move.entity: [chance.choice("ab")]})
            case LookUp():
                after = runner.found(steps, frame, "a record") if luck else runner.missing(steps, frame)
            case Propose():
                after = runner.agreed(steps, frame) if luck else runner.declined(steps, frame)
            case Do():
                after = runner.done(steps, frame, "done") if luck else runner.refused(steps, frame, HAND_OVER)
            case Tell() | Pause():
                after = runner.told(steps, frame)
            case GiveToPerson():
                return move.because if any(words in move.because for words in WALLS) else None
            case Finish():
                return None
        if not isinstance(after, Frame):
            return None
        frame = after
    return None


def test_a_procedure_that_passes_never_runs_into_a_wall() -> None:
    operation, passed, walls = company(), 0, 0
    for seed in range(1_500):
        chance = random.Random(seed)
        procedure = any_procedure(chance)
        alone = operation.model_copy(update={"procedures": {"p": procedure}, "fragments": {}})
        faults = check_procedures(alone, Places(), needs_confirmation=lambda _: False)
        steps = expand(procedure, {})
        ends = [wall(steps, chance) for _ in range(5)]
        if any_serious(faults):
            walls += any(ends)
            continue
        passed += 1
        assert not any(ends), (seed, ends, steps)
    # The test would prove nothing if hardly any procedure passed, or if none that fails ever hit a wall.
    assert passed > 100
    assert walls > 100
