"""The summary of a case: what is asked, known, done and open, and what to do next; every sentence with its entries."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aboveloop.kit.canonical import canonical
from aboveloop.kit.clock import iso
from aboveloop.work.summaries.asked import asked, known
from aboveloop.work.summaries.done import done
from aboveloop.work.summaries.material import Material, Sentence
from aboveloop.work.summaries.next_action import next_actions
from aboveloop.work.summaries.open_matters import open_matters
from aboveloop.work.summaries.suggestion import Suggestion

# Around somebody's words in a line of text, so that writing from right to left does not turn the rest around.
ISOLATE, END_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True)
class Summary:
    """`is_plain`: everything personal was left out. `is_erased`: something cannot be read by anybody any more."""

    case: str
    language: str
    at: datetime
    sentences: tuple[Sentence, ...]
    suggestions: tuple[Suggestion, ...]
    is_erased: bool = False
    is_plain: bool = False

    def part(self, name: str) -> list[Sentence]:
        return [each for each in self.sentences if each.part == name]

    @property
    def digest(self) -> str:
        """Names exactly these sentences and these steps, so that an answer to them is to what was read."""
        said = [[each.part, each.words, each.quote or ""] for each in self.sentences]
        steps = [[each.kind, each.words, each.because] for each in self.suggestions]
        return hashlib.sha256(canonical([self.case, said, steps])).hexdigest()

    def plain(self) -> "Summary":
        """For who may not read what is personal."""
        kept = tuple(
            replace(each, words=each.plain, quote=None, is_cut=False)
            for each in self.sentences
            if each.plain is not None
        )
        steps = tuple(replace(each, words=each.plain, because=each.plain_because) for each in self.suggestions)
        return replace(self, sentences=kept, suggestions=steps, is_plain=True)

    def as_json(self) -> dict[str, Any]:
        return {
            "case": self.case,
            "language": self.language,
            "at": iso(self.at),
            "digest": self.digest,
            "erased": self.is_erased,
            "personal_left_out": self.is_plain,
            **{part: [_sentence(each) for each in self.part(part)] for part in ("asked", "known", "done", "open")},
            "next": [_suggestion(each) for each in self.suggestions],
        }

    def text(self) -> str:
        """The sentences alone, with what was quoted: for a terminal, and for a model to word."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for title, part in (("Asked", "asked"), ("Known", "known"), ("Done", "done"), ("Open", "open")):
            sentences = self.part(part)
            if sentences:
                yield f"{title}:"
            for each in sentences:
                quote = f" “{ISOLATE}{each.quote}{END_ISOLATE}”" if each.quote else ""
                yield f"  {each.words}{quote}"
        yield "Next:"
        for number, step in enumerate(self.suggestions, start=1):
            yield f"  {number}. {step.words}. {step.because}".rstrip()


def summary_of(material: Material) -> Summary:
    """The summary, worked out anew from the chain; never kept, so it can never be old."""
    sentences = (*asked(material), *known(material), *done(material), *open_matters(material))
    return Summary(
        case=material.case.id,
        language=material.language,
        at=material.now,
        sentences=sentences,
        suggestions=tuple(next_actions(material)),
        is_erased=material.is_erased,
    )


def _sentence(each: Sentence) -> dict[str, Any]:
    return {
        "key": each.key,
        "words": each.words,
        "quote": each.quote,
        "cut": each.is_cut,
        "at": iso(each.at),
        "entries": list(each.entries),
    }


def _suggestion(each: Suggestion) -> dict[str, Any]:
    return {
        "id": each.id,
        "kind": each.kind,
        "words": each.words,
        "because": each.because,
        "rules": list(each.rules),
        "right": each.right,
        "page": each.page,
        "act": each.act,
        "command": each.command,
        "by": None if each.by is None else iso(each.by),
        "entries": list(each.entries),
    }
