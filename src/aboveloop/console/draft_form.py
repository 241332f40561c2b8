"""The form of a charter: its fields as text, and the charter that they mean."""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError

from aboveloop.app.portfolio.drafts import whole_weeks
from aboveloop.app.portfolio.templates import Wired
from aboveloop.console.forms import Form
from aboveloop.discover.scorecard import Candidate
from aboveloop.history.store import About
from aboveloop.operation.charters import Bucket, Charter
from aboveloop.operation.models import Operation

BUCKETS: tuple[str, ...] = get_args(Bucket)
# What a baseline counts, as one choice: only these go together.
MEASURES: Mapping[str, str] = {
    "share has": "the share of cases that have one of the events",
    "median seconds": "the middle time from the beginning of a case to the first of the events",
    "mean seconds": "the mean time from the beginning of a case to the first of the events",
    "mean count": "how often the events come in a case, on average",
    "median count": "how often the events come in the middle case",
}
ROWS: Mapping[str, str] = {
    "day": "days: the cases of one day have much in common",
    "case": "cases: each stands for itself",
}
# Who decides at a point of the work.
DECIDES = ("rule", "worker", "person")
DUTIES = ("sponsor", "operations", "policy")
QUESTIONS = ("business", "data", "infrastructure", "problem")
GUARDS = 3
PLAIN = ("pain_point", "team", "kpi", "learning", "worker")
# Where the fault of a value is shown when the model names another place.
FIELDS: Mapping[str, str] = {"success": "success.by", "baseline": "baseline"}


def empty() -> dict[str, str]:
    return {"measure": "median seconds", "rows": "day"}


def values_of(charter: Charter) -> dict[str, str]:
    """What stands in the fields for a charter."""
    values = empty() | {"charter": charter.charter, "outcome": charter.outcome}
    values |= {name: getattr(charter, name) or "" for name in PLAIN}
    values |= {f"procedure.{name}": "yes" for name in charter.procedures}
    values |= {f"bucket.{name}": "yes" for name in charter.buckets}
    if charter.success is not None:
        values |= {"success.words": charter.success.words, "success.by": charter.success.by.isoformat()}
        values["success.change"] = f"{charter.success.change * 100:g}"
    for number, guard in enumerate(charter.guards[:GUARDS]):
        values |= {f"guard.{number}": guard.kpi, f"guard.{number}.of": guard.of}
    values["may_fail"] = "\n".join(charter.may_fail)
    values |= {f"owner.{duty}": who for duty, who in charter.owners.items()}
    values |= {f"readiness.{name}": getattr(charter.readiness, name) or "" for name in QUESTIONS}
    values |= {f"canvas.{name}": "\n".join(getattr(charter.canvas, name)) for name in ("workflow", "data")}
    values["canvas.decisions"] = "\n".join(
        " | ".join(filter(None, (each.point, each.by, each.on))) for each in charter.canvas.decisions
    )
    values["focus"] = "yes" if charter.state == "pilot" else ""
    if charter.baseline is not None:
        one = charter.baseline
        values |= {"history": one.history, "measure": f"{one.measure.statistic} {one.measure.of}", "rows": one.rows}
        values |= {"events": ", ".join(one.measure.events), "without": ", ".join(one.without)}
        values |= {"since": one.window.since.isoformat(), "until": one.window.until.isoformat()}
    return values


def from_template(wired: Wired) -> dict[str, str]:
    measure = wired.measure
    return {
        "outcome": wired.outcome,
        "measure": f"{measure.statistic} {measure.of}",
        "events": ", ".join(measure.events),
        "success.change": f"{wired.change * 100:g}",
        f"bucket.{wired.bucket}": "yes",
    }


def from_candidate(operation: Operation, one: Candidate, history: str) -> dict[str, str]:
    """What the scorecard knows of it already."""
    kpi, team = next(iter(one.kpis), ""), next(iter(one.teams), "")
    values = {"charter": one.candidate, "pain_point": one.problem, "history": history, "worker": one.worker or ""}
    values["kpi"] = kpi if kpi in operation.kpis else ""
    return values | {"team": team if team in operation.about.functions else ""}


def with_window(values: Mapping[str, str], about: About | None, timezone: str) -> dict[str, str]:
    """The whole weeks of the history, where no days are chosen yet."""
    window = None if about is None or values.get("since") else whole_weeks(about, timezone)
    if window is None:
        return dict(values)
    return {**values, "since": window.since.isoformat(), "until": window.until.isoformat()}


def read(form: Form, before: Charter | None) -> tuple[Charter | None, dict[str, str]]:
    """The charter that the fields mean, and what is wrong at which field; no charter where it cannot be told.

    What no field asks for (gates, what else the baseline leaves out) stays as it was in `before`.
    """
    wrong: dict[str, str] = {}
    if not form.text("outcome"):
        wrong["outcome"] = "Begin with the outcome: what gets better for the business, and by how much."
    given: dict[str, Any] = {} if before is None else before.model_dump(mode="json", exclude_defaults=True)
    given |= {"charter": form.text("charter"), "outcome": form.text("outcome")}
    given |= {name: form.text(name) or None for name in PLAIN}
    given["procedures"] = _chosen(form, "procedure.")
    given["buckets"] = [name for name in BUCKETS if form.text(f"bucket.{name}") == "yes"]
    given["success"] = _success(form, wrong)
    given["guards"] = _guards(form)
    given["may_fail"] = _lines(form, "may_fail")
    given["owners"] = {**given.get("owners", {}), **{duty: form.text(f"owner.{duty}") for duty in DUTIES}}
    given["owners"] = {duty: who for duty, who in given["owners"].items() if who}
    given["readiness"] = {name: form.text(f"readiness.{name}") or None for name in QUESTIONS}
    given["canvas"] = _canvas(form, wrong)
    given["baseline"] = _baseline(form, given.get("baseline") or {}, wrong)
    if given.get("state", "idea") in ("idea", "pilot"):
        given["state"] = "pilot" if form.text("focus") == "yes" else "idea"
    try:
        found = Charter.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        for each in error.errors(include_url=False):
            field = str(each["loc"][0])
            wrong.setdefault(FIELDS.get(field, field), _said(field, each["msg"]))
        return None, wrong
    return found, wrong


def _said(field: str, message: str) -> str:
    if field == "charter":
        return "Name it in small letters, digits and _, beginning with a letter."
    return f"This cannot be read: {message[:1].lower()}{message[1:]}."


def _chosen(form: Form, prefix: str) -> list[str]:
    return [
        name.removeprefix(prefix) for name, value in form.values.items() if name.startswith(prefix) and value == "yes"
    ]


def _success(form: Form, wrong: dict[str, str]) -> dict[str, Any] | None:
    """All of it or nothing of it: half of an agreement is none."""
    given = {name: form.text(f"success.{name}") for name in ("words", "change", "by")}
    if not any(given.values()):
        return None
    for name, value in given.items():
        if not value:
            wrong[f"success.{name}"] = "Success is agreed in words, with a number and a day: this part is missing."
    try:
        change = float(given["change"].replace(",", ".").replace("−", "-").replace("%", "") or 0) / 100
    except ValueError:
        wrong["success.change"] = "Write a number such as -15: the change in per cent of the before."
        return None
    if change == 0:
        wrong.setdefault("success.change", "A change of nothing is no success: write a number such as -15.")
    return {"words": given["words"] or "-", "change": round(change, 6), "by": given["by"] or "2000-01-01"}


def _guards(form: Form) -> list[dict[str, str]]:
    rows = [(form.text(f"guard.{number}"), form.text(f"guard.{number}.of")) for number in range(GUARDS)]
    found = {kpi: of for kpi, of in rows if kpi}
    return [{"kpi": kpi, "of": of or "experience"} for kpi, of in found.items()]


def _canvas(form: Form, wrong: dict[str, str]) -> dict[str, Any]:
    """Steps and data a line each; a decision is `question | by whom | on what`."""
    decisions = []
    for line in _lines(form, "canvas.decisions"):
        point, by, on, *_ = (*(part.strip() for part in line.split("|", 2)), "", "")
        if not point or by not in DECIDES:
            wrong["canvas.decisions"] = (
                f"“{line[:80]}”: write the question, a bar, and who decides ({', '.join(DECIDES)}), such as"
                " “May it be refunded? | rule | order, amount”."
            )
            continue
        decisions.append({"point": point, "by": by} | ({"on": on} if on else {}))
    return {"workflow": _lines(form, "canvas.workflow"), "data": _lines(form, "canvas.data"), "decisions": decisions}


def _lines(form: Form, name: str) -> list[str]:
    return [line.strip() for line in form.text(name).splitlines() if line.strip()]


def _baseline(form: Form, before: Mapping[str, Any], wrong: dict[str, str]) -> dict[str, Any] | None:
    history, events = form.text("history"), _list(form, "events")
    since, until = form.text("since"), form.text("until")
    if not events:
        # A history alone says nothing yet: it was chosen for the person, who looks at what happens in it first.
        return None
    for name, value in (("history", history), ("since", since), ("until", until)):
        if not value:
            wrong[name] = "The before is counted from a history between two days: this is missing."
    statistic, _, of = (form.text("measure") if form.text("measure") in MEASURES else "median seconds").partition(" ")
    rows = form.text("rows") or "day"
    return {
        **before,
        "history": history or "-",
        "measure": {"statistic": statistic, "of": of, "events": events},
        "window": {"since": since or "2000-01-01", "until": until or "2000-01-02"},
        "without": _list(form, "without"),
        "rows": rows if rows in ROWS or rows == before.get("rows") else "day",
    }


def _list(form: Form, name: str) -> list[str]:
    return [each.strip() for each in form.text(name).split(",") if each.strip()]
