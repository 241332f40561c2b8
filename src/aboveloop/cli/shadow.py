"""shadow: a worker beside people, what it would have done held against what they did."""

from pathlib import Path
from typing import Annotated, Any

import typer

from aboveloop.app.importing.keeping import is_kept, mask_due
from aboveloop.app.labelled import write_rows
from aboveloop.app.premises import Premises
from aboveloop.app.shadowing import runs
from aboveloop.app.shadowing.comparing import ASPECTS, Compared
from aboveloop.app.shadowing.past import ACTION_FIELDS, REASON_FIELDS, Names
from aboveloop.app.shadowing.runs import Run, Wish
from aboveloop.app.shadowing.scorecard import Costs, scorecard
from aboveloop.app.shadowing.star.conversion import convert, put_down
from aboveloop.app.shadowing.star.dialogues import moments_of, read_dialogues
from aboveloop.app.shadowing.star.graphs import read_graphs
from aboveloop.app.shadowing.star.learning import learn, load, save
from aboveloop.app.shadowing.star.places import apis_for, tasks_for, to_learn_from
from aboveloop.app.shadowing.star.scoring import judge
from aboveloop.app.sheets.beside import beside_sheet
from aboveloop.cli.house import As, desk_of, looker_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, counted, line, progress, several, talk
from aboveloop.cli.sheets import write
from aboveloop.history import store
from aboveloop.history.events import LEDGER
from aboveloop.kit.clock import iso
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation.checking import check_folder

shadow_app = several("""A worker beside people: what it would have done, held against what they did.

    Example: aboveloop shadow star dialogues.jsonl.gz
    """)


@shadow_app.command("star")
def star(
    dialogues: Annotated[
        Path | None, typer.Argument(help="Dialogues to judge, one JSON object a line, .gz or not.")
    ] = None,
    tasks: Annotated[
        Path | None, typer.Option("--tasks", help="The task graphs. Default: beside the dialogues.")
    ] = None,
    apis: Annotated[
        Path | None, typer.Option("--apis", help="The systems' forms. Default: beside the dialogues.")
    ] = None,
    learn_from: Annotated[Path | None, typer.Option("--learn", help="Dialogues to learn from, into --out.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the learned model is written.")] = None,
    model: Annotated[Path | None, typer.Option("--model", help="Judge by a model that --learn wrote.")] = None,
    graphs_alone: Annotated[bool, typer.Option("--graphs-alone", help="Learn from nothing but the graphs.")] = False,
    as_json: Json = False,
) -> None:
    """Read recorded dialogues beside the clerk: his next step and the customer's need, before he takes it.

    Nothing is judged by what was learned from it. Example: aboveloop shadow star dialogues.jsonl.gz --json
    """
    if learn_from is not None:
        _learn(learn_from, out, dialogues, as_json)
        return
    if dialogues is None or (model is not None and graphs_alone):
        raise WrongUsage("Name dialogues to judge, by a --model or by --graphs-alone, or dialogues to --learn from.")
    graphs = read_graphs(tasks_for(dialogues, tasks), apis_for(dialogues, apis))
    beside = None if graphs_alone or model is not None else to_learn_from()
    with talk.status("Reading beside the clerks ..."):
        learned = load(model) if model is not None else None
        found = judge(dialogues, graphs, model=learned, beside=beside).as_json()
    answer(found, as_json, lambda: _tell(found))


def _learn(learn_from: Path, out: Path | None, dialogues: Path | None, as_json: bool) -> None:
    if out is None or dialogues is not None:
        raise WrongUsage("--learn DIALOGUES --out MODEL writes a model; judge other dialogues with --model afterwards.")
    moments = [moment for dialogue in read_dialogues(learn_from) for moment in moments_of(dialogue)]
    learned = learn(moments)
    save(learned, out)
    count = len(learned.dialogues)
    value = {"model": str(out), "dialogues": count, "steps": len(moments)}
    answer(value, as_json, lambda: line(f"{out} knows {len(moments)} steps of {counted(count, 'dialogue')}."))


def _tell(found: dict[str, Any]) -> None:
    line(f"{counted(found['dialogues'], 'dialogue')}, {found['turns']} customer's messages, {found['steps']} steps.")
    line(f"Learned from {found['learned_from']}.")
    line(f"The customer's need, as the clerk: {_share(found['intent'])}.")
    line(f"The next step, as the clerk: {_share(found['next_step'])}.")
    for name, parts in (*found["by_kind"].items(), *found["tasks"].items()):
        line(f"  {name}: need {_share(parts['intent'])}, step {_share(parts['next_step'])}")
    if found["unseen_tasks"]:
        line(f"Of tasks left out of learning, their graph known: {_share(found['unseen_tasks']['next_step'])}.")
    line("They differ most often in (clerk, worker):")
    for each in found["differing"]:
        line(f"  {each['clerk']}, {each['worker']}: {counted(each['times'], 'time')}")


def _share(part: dict[str, Any]) -> str:
    if part["agreement"] is None:
        return "none"
    low, high = part["interval"]
    return f"{part['agreement']:.1%} of {part['n']} ({low:.1%} to {high:.1%})"


@shadow_app.command("procedures")
def procedures(
    out: Annotated[Path, typer.Argument(help="The folder to write; it is made where it is not there.")],
    tasks: Annotated[Path | None, typer.Option("--tasks", help="The task graphs. Default: the shared ones.")] = None,
    apis: Annotated[Path | None, typer.Option("--apis", help="The systems' forms. Default: the shared ones.")] = None,
    as_json: Json = False,
) -> None:
    """Turn task graphs into the procedures of an operation folder, and check it. Status 1 where it has faults.

    Example: aboveloop shadow procedures clerks/ --tasks star/tasks --apis star/apis
    """
    graphs = read_graphs(tasks_for(out, tasks), apis_for(out, apis))
    converted = convert(graphs, apis_for(out, apis))
    put_down(converted, out)
    faults = [str(fault) for fault in check_folder(out)]
    left = {task: list(steps) for task, steps in converted.left_out.items() if steps}
    value = {"folder": str(out), "procedures": sorted(graphs.graphs), "left_out": left, "faults": faults}

    def human() -> None:
        line(f"{out} holds {counted(len(graphs.graphs), 'procedure')}, as `aboveloop check` reads it.")
        for task, steps in left.items():
            line(f"  {task}: no step can ask for what leads to {', '.join(steps)}.")
        for fault in faults:
            line(fault)

    answer(value, as_json, human)
    if faults:
        raise typer.Exit(1)


RunId = Annotated[str | None, typer.Option("--run", help="Which run; the latest where none is named.")]
_SHOWN = 40


MASKED = (
    "{history} is masked, so the worker cannot see who its customers are: most cases that need them go to a person."
    " Import it with --keep-personal to see what the worker would do."
)


@shadow_app.command("run")
def run(
    history: Annotated[str, typer.Argument(help="Whose cases; `ledger`: our own live ones in stage shadow.")],
    operation: Annotated[Path | None, typer.Option("--operation", help="A folder; else what is at work.")] = None,
    procedure: Annotated[str, typer.Option("--procedure", help="Only what the worker takes up with it.")] = "",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="The newest so many cases.")] = None,
    reason_field: Annotated[str, typer.Option("--reason-field", help="Where the desk notes what it was about.")] = "",
    action_field: Annotated[str, typer.Option("--action-field", help="Where the desk notes what was done.")] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Let the worker work past cases from what the customers wrote. Systems are only read; nobody is written to.

    Example: aboveloop shadow run desk --limit 200
    """
    names = Names(
        (reason_field,) if reason_field else REASON_FIELDS, (action_field,) if action_field else ACTION_FIELDS
    )
    with opened(home, database) as premises, progress() as bar:
        for name in mask_due(premises):
            talk.print(f"{name} was masked: its personal data had been kept long enough.")
        task = bar.add_task("Working beside people", total=limit)
        found = runs.run(
            premises,
            Wish(history, operation, procedure, limit, names),
            by=looker_of(premises, person).actor,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
        if _is_masked(premises, history):
            talk.print(MASKED.format(history=history))
    _report(found, None, as_json)


def _is_masked(premises: Premises, history: str) -> bool:
    """Whether a history hides who the customer is; our own cases never do."""
    return history != LEDGER and not is_kept(store.find(premises.settings.home, history).about)


@shadow_app.command("report")
def report(
    run_id: RunId = None,
    minute_costs: Annotated[float, typer.Option("--minute-costs", help="What a minute of people costs.")] = 0.0,
    minutes: Annotated[float, typer.Option("--minutes", help="Minutes of people for each thing they write.")] = 0.0,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page to be forwarded here.")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the same page as a PDF here.")] = None,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Tell how far the worker agrees with people, kind by kind, what it would have taken over, and where they differ.

    Example: aboveloop shadow report --minute-costs 0.65 --minutes 4
    """
    if (minute_costs > 0) != (minutes > 0):
        raise WrongUsage("Name both --minute-costs and --minutes, or neither: costs are not guessed.")
    costs = Costs(minute_costs, minutes) if minutes > 0 else None
    with opened(home, database) as premises:
        with premises.database.read() as reader:
            found = runs.find(reader, run_id)
        write(lambda: beside_sheet(premises.current(), found, costs, now=premises.house.clock.now()), html, pdf)
    _report(found, costs, as_json)


@shadow_app.command("judge")
def judge_case(
    case: Annotated[str, typer.Argument(help="A case in which worker and people differ.")],
    right: Annotated[str, typer.Argument(help="Who was right: worker, person, both, neither.")],
    because: Annotated[str, typer.Option("--because", help="Why.")] = "",
    run_id: RunId = None,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Say who was right where the worker would have done something else than people did.

    Example: aboveloop shadow judge 10051 worker --because "The refund was due." --as yuki
    """
    with opened(home, database) as premises:
        said = runs.judge(premises, run_id, case, right, by=desk_of(premises, person).person, because=because)
    value = {"run": said.run, "case": said.case_id, "right": said.right, "by": said.by, "because": said.because}
    answer(value, as_json, lambda: line(f"{said.case_id}: {said.right} was right, says {said.by}."))


@shadow_app.command("examples")
def examples(
    out: Annotated[Path, typer.Option("--out", help="CSV with the columns text and intent.")],
    run_id: RunId = None,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Write what judged cases teach of needs, with personal values masked: for `understand fit` and intents/*.yaml.

    Example: aboveloop shadow examples --out learned.csv
    """
    with opened(home, database) as premises:
        with premises.database.read() as reader:
            found = runs.find(reader, run_id)
        learned = runs.examples_of(premises, found)
    write_rows(out, ("text", "intent"), learned)
    answer({"out": str(out), "examples": len(learned)}, as_json, lambda: line(f"{len(learned)} examples in {out}."))


def _report(found: Run, costs: Costs | None, as_json: bool) -> None:
    card = scorecard(found.compared, found.verdicts, costs)
    judged = {verdict.case_id: verdict.right for verdict in found.verdicts}
    differing = [_differing(each, judged.get(each.past.case_id)) for each in found.differing]
    about = {"run": found.id, "history": found.history, "operation": found.operation, "at": iso(found.at)}
    answer({**about, **card, "differences": differing}, as_json, lambda: _tell_run(found, card, differing))


def _differing(each: Compared, right: str | None) -> dict[str, Any]:
    pairs = {aspect: {"people": pair.person, "worker": pair.worker} for aspect, pair in each.pairs.items()}
    return {"case": each.past.case_id, "because": each.worked.because, "right": right} | {
        aspect: pair for aspect, pair in pairs.items() if pair["people"] != pair["worker"]
    }


def _tell_run(found: Run, card: dict[str, Any], differing: list[dict[str, Any]]) -> None:
    line(f"Run {found.id}: {counted(card['cases'], 'case')} of {found.history}. Nothing was performed.")
    for aspect, rate in card["agreement"].items():
        line(f"Same {aspect} as people: {_rate(rate)}")
    for what, rate in card["would_have"].items():
        line(f"The worker would have {what.replace('_', ' ')}: {_rate(rate)}")
    seconds = card["seconds"]
    line(
        f"Median until people first answered {_time(seconds['people_first_reply'])}, until solved "
        f"{_time(seconds['people_solved'])}; the worker took {_time(seconds['worker'])}, customers' own time aside."
    )
    if card["cost"]:
        line(f"People cost {card['cost']['people']:.2f}, with the worker {card['cost']['with_worker']:.2f}.")
    for kind, part in card["kinds"].items():
        line(f"  {kind} ({part['cases']}): need {_rate(part['agreement']['intent'])}, action "
             f"{_rate(part['agreement']['action'])}")  # fmt: skip
    line(f"They differ in {counted(len(differing), 'case')}; `aboveloop shadow judge CASE RIGHT` says who was right:")
    for each in differing[:_SHOWN]:
        parts = [
            f"{name}: people {each[name]['people']}, worker {each[name]['worker']}" for name in ASPECTS if name in each
        ]
        line(f"  {each['case']}: {'; '.join(parts)}{' - ' + each['right'] + ' right' if each['right'] else ''}")


def _rate(rate: dict[str, Any]) -> str:
    if rate["share"] is None:
        return "not noted by people"
    low, high = rate["interval"]
    return f"{rate['share']:.1%} of {rate['n']} ({low:.1%} to {high:.1%})"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "unknown"
    return f"{seconds:.2f} s" if seconds < 60 else f"{seconds / 3600:.1f} h"
