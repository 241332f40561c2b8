"""understand: fit a model of intents, let it read messages under a promise, look at how good it is and why."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from aboveloop.app.consistency import Found, consistency_of_file
from aboveloop.app.understanding import (
    WITHOUT_WEIGHTS,
    embedder_for_fit,
    evaluate_file,
    fit_file,
    opened_model,
    predict_file,
)
from aboveloop.cli.checking import existing
from aboveloop.cli.output import Home, Json, answer, counted, line, talk
from aboveloop.kit.errors import WrongUsage
from aboveloop.understand.evaluation import Evaluation, Rate
from aboveloop.understand.explaining import explain as explained
from aboveloop.understand.promise import Promise
from aboveloop.work.consistency import Consistency, Share, Told

Model = Annotated[Path, typer.Argument(help="A model that `understand fit` wrote.")]
Cap = Annotated[float, typer.Option("--error-cap", help="At most this share of what is automated may be wrong.")]
Sure = Annotated[float, typer.Option("--confidence", help="How surely the cap must hold.")]
_SHOWN = 15


class Whose(StrEnum):
    """Whose embeddings a model is fitted with."""

    INSTALLED = "installed"
    PROVIDER = "provider"
    NONE = "none"


def fit(
    examples: Annotated[Path, typer.Argument(help="CSV or JSON lines: a column `text` and one with the label.")],
    out: Annotated[Path, typer.Option("--out", help="Where the model is written.")],
    without_weights: Annotated[
        bool, typer.Option("--without-weights", help="By words and letters alone, also where embeddings are installed.")
    ] = False,
    embeddings: Annotated[
        Whose,
        typer.Option(help="Those installed on this machine, those of the provider in models.toml, or none."),
    ] = Whose.INSTALLED,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Learn from examples. Labels such as `oos` mark messages that are about nothing foreseen.

    Example: aboveloop understand fit examples.csv --out intents.model
    """
    if without_weights and embeddings is Whose.PROVIDER:
        raise WrongUsage("--without-weights and --embeddings provider exclude each other.")
    chosen = Whose.NONE if without_weights else embeddings
    with embedder_for_fit(chosen.value, home) as embedder:
        fitted, _ = fit_file(examples, out, embedder=embedder)

    def human() -> None:
        learned = f"{counted(fitted.intents, 'intent')} from {counted(fitted.examples, 'example')}"
        line(f"{out} knows {learned}, read with {fitted.weights or 'words and letters alone'}.")
        for each in fitted.promises:
            line(f"cap {each.cap:.0%}: {each.reason}")

    if not fitted.weights:
        talk.print(WITHOUT_WEIGHTS, soft_wrap=True)
    answer({"model": str(out), **asdict(fitted)}, as_json, human)


def predict(
    model: Model,
    messages: Annotated[Path, typer.Argument(help="CSV or JSON lines with a column `text`.")],
    out: Annotated[
        Path, typer.Option("--out", help="CSV of the same rows: what was read, and whether it may be acted on.")
    ],
    error_cap: Cap = 0.02,
    confidence: Sure = 0.9,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Read messages; `automated` is true where the promise lets a worker act alone.

    Example: aboveloop understand predict intents.model messages.csv --error-cap 0.02 --out read.csv
    """
    _shares(error_cap, confidence)
    with opened_model(model, home) as opened:
        predicted = predict_file(opened, messages, out, cap=error_cap, confidence=confidence)
    value = {"out": str(out), "messages": len(predicted.rows), "automated": predicted.automated}

    def human() -> None:
        line(f"{predicted.automated} of {counted(len(predicted.rows), 'message')} may be acted on alone; see {out}.")
        line(predicted.promise.reason)
        if predicted.promise.unforeseen is not None:
            most = predicted.promise.unforeseen
            line(f"At most {most:.1%} of the messages are about nothing foreseen, as far as they tell.")

    answer({**value, "promise": asdict(predicted.promise)}, as_json, human)


def evaluate(
    model: Model,
    labelled: Annotated[Path, typer.Argument(help="CSV or JSON lines: a column `text` and one with the right label.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Compare what a model reads with what is right: accuracy, each intent, confusions, what could be automated.

    Example: aboveloop understand evaluate intents.model labelled.csv
    """
    with opened_model(model, home) as opened:
        found = evaluate_file(opened, labelled)
    answer(_as_json(found), as_json, lambda: _tell(found))


def explain(
    model: Model,
    text: Annotated[str, typer.Argument(help="The message.")],
    error_cap: Cap = 0.02,
    confidence: Sure = 0.9,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Say why a message is read as it is: the examples it resembles, the words that mattered, what else it could be.

    Example: aboveloop understand explain intents.model "where is my parcel"
    """
    _shares(error_cap, confidence)
    with opened_model(model, home) as opened:
        kept = opened.promise(cap=error_cap, confidence=confidence)
        found = explained(opened, text, needed=kept.threshold)

    def human() -> None:
        best, *others = found.guesses
        line(f"{best.intent}, {best.confidence:.0%} sure; out of scope: {found.out_of_scope:.0%}.")
        if others:
            following = ", ".join(f"{each.intent} {each.confidence:.0%}" for each in others)
            line(f"Next best: {following}; lead {found.lead:.2f}.")
        line(_distance(best.confidence, kept))
        line("Resembles:")
        for each in found.examples:
            line(f"  {each.likeness:.2f}  {each.text}  ({each.intent})")
        if found.words:
            line("Words that mattered:")
            for word in found.words:
                line(f"  {word.weight:+.2f}  {word.word}")

    answer({**asdict(found), "promise": asdict(kept)}, as_json, human)


def consistency(
    folder: Annotated[Path, typer.Argument(help="An operation folder.")],
    wordings: Annotated[
        Path, typer.Argument(help="CSV or JSON lines with columns `need` and `text`; `expected`, `language` if known.")
    ],
    least: Annotated[float, typer.Option("--min", help="Status 1 if a smaller share is decided alike.")] = 0.97,
    without_weights: Annotated[
        bool, typer.Option("--without-weights", help="By words and letters alone, also where embeddings are installed.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Ask whether the same need, said in many ways, gets the same decision. Name wordings that are no examples.

    Example: aboveloop understand consistency my-company/ wordings.csv --min 0.97
    """
    if not 0 < least <= 1:
        raise WrongUsage("--min is a share above 0 and up to 1, such as 0.97.")
    found = consistency_of_file(existing(folder), wordings, by_words=without_weights)
    of_all = found.consistency.all
    kept = _share(of_all.alike) >= least and _share(of_all.right) >= least
    value = {"ok": kept, "min": least, "wordings": found.wordings, "repeated": found.repeated}
    answer(
        {**value, "weights": found.weights, **_consistency_json(found.consistency)},
        as_json,
        lambda: _tell_consistency(found, least=least, kept=kept),
    )
    if not kept:
        raise typer.Exit(1)


def _consistency_json(found: Consistency) -> dict[str, Any]:
    return {
        **_share_json(found.all),
        "needs": [{"need": each.name, "usual": each.usual, **_share_json(each)} for each in found.needs],
        "languages": [{"language": each.name or None, **_share_json(each)} for each in found.languages],
        "alone": list(found.alone),
        "differing": [_told_json(each) for each in found.differing],
    }


def _share_json(found: Share) -> dict[str, Any]:
    rates = {"alike": found.alike, "right": found.right}
    return {name: {**asdict(rate), "share": rate.share} for name, rate in rates.items()}


def _told_json(told: Told) -> dict[str, Any]:
    return {
        "row": told.wording.row,
        "need": told.wording.need,
        "text": told.wording.text,
        "language": told.language or None,
        "decision": told.decided.decision,
        "by": told.decided.by,
        "because": told.decided.because,
        "usual": told.usual,
        "expected": told.wording.expected or None,
        "alike": told.is_alike,
        "right": told.is_right,
    }


def _tell_consistency(found: Found, *, least: float, kept: bool) -> None:
    told = found.consistency
    line(f"Decided alike: {_rate(told.all.alike)}; asked for: {least:.1%}. {'Kept.' if kept else 'Not kept.'}")
    if told.all.right.of:
        line(f"Decided rightly: {_rate(told.all.right)}.")
    if found.repeated:
        line(f"Left out, because they repeat a wording of the same need: {found.repeated}.")
    for each in told.languages:
        line(f"  {each.name or 'language not told'}: alike {_rate(each.alike)}{_rightly(each)}")
    line("By need, the least alike first:")
    for each in sorted(told.needs, key=lambda one: min(_share(one.alike), _share(one.right))):
        line(f"  {each.name}, mostly {each.usual}: alike {_rate(each.alike)}{_rightly(each)}")
    if told.alone:
        line(f"Said in one way only, so not compared: {', '.join(told.alone)}.")
    for one in told.differing:
        wanted = one.wording.expected if one.is_right is False else one.usual
        line(f"row {one.wording.row}, {one.wording.need}: {one.decided.decision} (not {wanted}): {one.wording.text}")
        line(f"  {one.decided.because}")


def _rightly(found: Share) -> str:
    return f", rightly {_rate(found.right)}" if found.right.of else ""


def _distance(confidence: float, kept: Promise) -> str:
    if kept.threshold is None:
        return kept.reason
    away = confidence - kept.threshold
    word = "above" if away >= 0 else "below"
    return f"{abs(away):.1%} {word} the {kept.threshold:.1%} from which it may be acted on alone (cap {kept.cap:.1%})."


def _shares(cap: float, confidence: float) -> None:
    if not 0 < cap < 1 or not 0 < confidence < 1:
        raise WrongUsage("--error-cap and --confidence are shares between 0 and 1, such as 0.02 and 0.9.")


def _as_json(found: Evaluation) -> dict[str, Any]:
    value = asdict(found)
    value["accuracy"]["share"] = found.accuracy.share
    for each, told in zip(found.intents, value["intents"], strict=True):
        told["precision"]["share"], told["recall"]["share"] = each.precision.share, each.recall.share
    for point, told in zip(found.curve, value["curve"], strict=True):
        told["automated"]["share"], told["wrong"]["share"] = point.automated.share, point.wrong.share
    return value


def _tell(found: Evaluation) -> None:
    line(f"Read rightly: {_rate(found.accuracy)}.")
    if found.scope_auroc is not None:
        line(f"Out of scope ({found.outside} messages): told apart with AUROC {found.scope_auroc:.4f}.")
    if found.calibration_error is not None:
        line(f"Confidence is off by {found.calibration_error:.1%} on average.")
    line("From this confidence on: automated, wrong among them")
    for point in found.curve:
        line(f"  {point.threshold:.2f}: {_rate(point.automated)}, {_rate(point.wrong)}")
    line("The intents that do worst: precision, recall")
    worst = sorted(found.intents, key=lambda each: min(_share(each.precision), _share(each.recall)))
    for each in worst[:_SHOWN]:
        line(f"  {each.intent}: {_rate(each.precision)}, {_rate(each.recall)}")
    for confusion in found.confusions[:_SHOWN]:
        line(f"{confusion.meant} was read as {confusion.read}: {counted(confusion.times, 'time')}")


def _share(rate: Rate) -> float:
    return 1.0 if rate.share is None else rate.share


def _rate(rate: Rate) -> str:
    if rate.share is None or rate.low is None or rate.high is None:
        return "none"
    return f"{rate.share:.1%} of {rate.of} ({rate.low:.1%} to {rate.high:.1%})"
