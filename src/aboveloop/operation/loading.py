"""Loading: an operation folder, or the texts of a release, as an Operation or as the faults that forbid it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeVar

from pydantic import ValidationError

from aboveloop.operation.charters import Charter
from aboveloop.operation.contracts.contract import Contract
from aboveloop.operation.contracts.reading import read_contract
from aboveloop.operation.delivery import Course, Kpi
from aboveloop.operation.digest import digest_of, plain_text
from aboveloop.operation.expression_faults import suggestion
from aboveloop.operation.faults import Fault, Place, any_serious, ordered
from aboveloop.operation.form_models import Form
from aboveloop.operation.learning import LearnedExample
from aboveloop.operation.models import Fragment, Intent, Operation, OperationFile, Procedure, SpokenExamples
from aboveloop.operation.names import BUILT_IN_INTENTS, LANGUAGE, NAME
from aboveloop.operation.outcome_models import Outcome
from aboveloop.operation.part import Part
from aboveloop.operation.places import Places
from aboveloop.operation.routing import Routing
from aboveloop.operation.scenario_models import PolicyTest, Scenario
from aboveloop.operation.sources import files_of
from aboveloop.operation.system_models import System
from aboveloop.operation.words import fault_in_words
from aboveloop.operation.yaml_text import Document, Json, NodePath, read_yaml

P = TypeVar("P", bound=Part)

OPERATION_FILE = "operation.yaml"
POLICY_TESTS = "policies/tests.yaml"
KPI_FILE = "kpis.yaml"
LEARNED_FILE = "learned.yaml"
OUTCOMES = "outcomes.yaml"
ROUTING_FILE = "routing.yaml"


@dataclass(frozen=True)
class Loaded:
    """An operation with at most warnings, or None with the faults that keep it from being loaded."""

    operation: Operation | None
    faults: tuple[Fault, ...]
    places: Places


def load(folder: Path) -> Loaded:
    """Load the operation in `folder`. Whatever is wrong becomes a fault; nothing in the folder makes it raise."""
    files, faults = files_of(folder)
    return load_files(files, folder, faults)


def load_files(files: Mapping[str, str], folder: Path, faults: list[Fault] | None = None) -> Loaded:
    """Load an operation from the texts of its files by relative path; `folder` only names where they came from."""
    texts = {path: plain_text(text) for path, text in sorted(files.items())}
    found = _Found(texts, list(faults or []))
    if OPERATION_FILE not in texts and not any(fault.path in (".", OPERATION_FILE) for fault in found.faults):
        found.faults.append(Place(OPERATION_FILE).fault("There is no operation.yaml: every operation begins with it."))
    for path in texts:
        found.read(path)
    found.join_examples()
    if found.about is None or any_serious(found.faults):
        return Loaded(None, tuple(ordered(found.faults)), found.places)
    operation = Operation(
        folder=folder,
        digest=digest_of(texts),
        about=found.about,
        intents=found.taught(),
        systems=found.systems,
        policies=found.policies,
        policy_tests=found.policy_tests,
        procedures=found.procedures,
        fragments=found.fragments,
        messages=found.messages,
        words=found.words,
        scenarios=found.scenarios,
        contracts=found.contracts,
        kpis=found.kpis,
        learned=found.learned,
        courses=found.courses,
        outcomes=found.outcomes,
        charters=found.charters,
        routing=found.routing,
        forms=found.forms,
        files=texts,
    )
    return Loaded(operation, tuple(ordered(found.faults)), found.places)


@dataclass
class _Found:
    """The parts found so far in `texts`."""

    texts: dict[str, str]
    faults: list[Fault]
    places: Places = field(default_factory=Places)
    about: OperationFile | None = None
    intents: dict[str, Intent] = field(default_factory=dict)
    systems: dict[str, System] = field(default_factory=dict)
    policies: dict[str, str] = field(default_factory=dict)
    policy_tests: list[PolicyTest] = field(default_factory=list)
    procedures: dict[str, Procedure] = field(default_factory=dict)
    fragments: dict[str, Fragment] = field(default_factory=dict)
    messages: dict[str, dict[str, str]] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    spoken: list[tuple[str, SpokenExamples, Place]] = field(default_factory=list)
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    contracts: dict[str, Contract] = field(default_factory=dict)
    kpis: dict[str, Kpi] = field(default_factory=dict)
    learned: list[LearnedExample] = field(default_factory=list)
    courses: dict[str, Course] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    charters: dict[str, Charter] = field(default_factory=dict)
    routing: Routing = field(default_factory=Routing)
    forms: dict[str, Form] = field(default_factory=dict)

    def read(self, path: str) -> None:
        if path.endswith(".cedar"):
            self.policies[path] = self.texts[path]
        elif path.startswith("messages/"):
            self._read_message(path)
        elif path.endswith(".json"):
            self._read_json(path)
        elif path.endswith(".yaml"):
            self._read_yaml(path)

    def _read_message(self, path: str) -> None:
        language, name = PurePosixPath(path).parts[1], PurePosixPath(path).stem
        self._language_of(path, language)
        if not NAME.fullmatch(name):
            self.faults.append(Place(path).fault(f"`{name}` is no name: lower-case letters, digits and _ ."))
        self.messages.setdefault(language, {})[name] = self.texts[path].strip()
        self.places.texts["message", f"{language}/{name}"] = path

    def _read_json(self, path: str) -> None:
        try:
            json.loads(self.texts[path])
        except json.JSONDecodeError as error:
            self.faults.append(Place(path, error.lineno, error.colno).fault(f"This is not JSON: {error.msg}."))
        except (RecursionError, ValueError):
            self.faults.append(Place(path).fault("This JSON is nested too deeply or holds too large a number."))

    def _read_yaml(self, path: str) -> None:
        document, faults = read_yaml(self.texts[path], path)
        self.faults.extend(faults)
        if document is None:
            return
        readers: dict[str, Callable[[Document], None]] = {
            "intents": self._read_spoken if path.count("/") == 2 else self._read_intents,
            "words": self._read_words,
            "procedures": self._read_procedures,
            "systems": self._read_systems,
            "scenarios": self._read_scenarios,
            "contracts": self._read_contract,
            "courses": self._read_courses,
            "charters": self._read_charters,
            "forms": self._read_forms,
            KPI_FILE: self._read_kpis,
            LEARNED_FILE: self._read_learned,
        }
        reader = readers.get(path.partition("/")[0])
        if path == OPERATION_FILE:
            self.about = self._part(OperationFile, document, ())
            self.places.note("operation", "", document, ())
        elif path == POLICY_TESTS:
            self._read_policy_tests(document)
        elif path == OUTCOMES:
            self._read_outcomes(document)
        elif path == ROUTING_FILE:
            self.routing = self._part(Routing, document, ()) or self.routing
            self.places.note("routing", "", document, ())
        elif reader is not None:
            reader(document)

    def _read_intents(self, document: Document) -> None:
        for at in self._entries(document):
            self._keep(self.intents, "intent", self._part(Intent, document, at), (document, at))

    def _read_spoken(self, document: Document) -> None:
        language = self._language_of(document.path, PurePosixPath(document.path).parts[1])
        for at in self._entries(document):
            part = self._part(SpokenExamples, document, at)
            if part is not None:
                self.spoken.append((language, part, document.place((*at, "intent"))))

    def _read_words(self, document: Document) -> None:
        language = self._language_of(document.path, PurePosixPath(document.path).stem)
        words = document.value
        if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values()):
            self.faults.append(Place(document.path).fault("Here must stand words as the records write them: as told."))
            return
        self.words[language] = {str(name): str(word) for name, word in words.items()}

    def _language_of(self, path: str, language: str) -> str:
        if not LANGUAGE.fullmatch(language):
            self.faults.append(Place(path).fault(f"`{language}` is no language: write `en`, `nl` or `pt-BR`."))
        return language

    def join_examples(self) -> None:
        """Give each intent the examples that stand in files of their own, by language."""
        for language, part, place in self.spoken:
            intent = self.intents.get(part.intent)
            if intent is None:
                self.faults.append(
                    place.fault(f"There is no intent `{part.intent}`.{suggestion(part.intent, self.intents)}")
                )
                continue
            spoken = {**intent.examples_in, language: [*intent.examples_in.get(language, []), *part.examples]}
            self.intents[part.intent] = intent.model_copy(update={"examples_in": spoken})

    def _read_systems(self, document: Document) -> None:
        for at in self._entries(document):
            self._keep(self.systems, "system", self._part(System, document, at), (document, at))

    def _read_scenarios(self, document: Document) -> None:
        for at in self._entries(document):
            self._keep(self.scenarios, "scenario", self._part(Scenario, document, at), (document, at))

    def _read_contract(self, document: Document) -> None:
        contract, faults = read_contract(document)
        self.faults.extend(faults)
        if contract is not None:
            self.contracts[contract.name] = contract
            self.places.note("contract", contract.name, document, ())

    def _read_kpis(self, document: Document) -> None:
        for at in self._entries(document):
            self._keep(self.kpis, "kpi", self._part(Kpi, document, at), (document, at))

    def _read_learned(self, document: Document) -> None:
        for at in self._entries(document):
            part = self._part(LearnedExample, document, at)
            if part is not None:
                self.places.note("learned", str(len(self.learned)), document, at)
                self.learned.append(part)

    def taught(self) -> dict[str, Intent]:
        """The intents with what was learned among their examples."""
        taught = dict(self.intents)
        for each in self.learned:
            intent = taught.get(each.intent)
            if intent is None and each.intent in BUILT_IN_INTENTS:
                intent = Intent(intent=each.intent)
            if intent is not None and each.text not in intent.examples:
                taught[each.intent] = intent.model_copy(update={"examples": [*intent.examples, each.text]})
        return taught

    def _read_courses(self, document: Document) -> None:
        for at in self._entries(document):
            self._keep(self.courses, "course", self._part(Course, document, at), (document, at))

    def _read_charters(self, document: Document) -> None:
        for at in self._entries(document):
            self._keep(self.charters, "charter", self._part(Charter, document, at), (document, at))

    def _read_forms(self, document: Document) -> None:
        for at in self._entries(document):
            self._keep(self.forms, "form", self._part(Form, document, at), (document, at))

    def _read_outcomes(self, document: Document) -> None:
        for at in self._entries(document):
            self._keep(self.outcomes, "outcome", self._part(Outcome, document, at), (document, at))

    def _read_procedures(self, document: Document) -> None:
        for at in self._entries(document):
            if "fragment" in _value_at(document, at):
                self._keep(self.fragments, "fragment", self._part(Fragment, document, at), (document, at))
            else:
                self._keep(self.procedures, "procedure", self._part(Procedure, document, at), (document, at))

    def _read_policy_tests(self, document: Document) -> None:
        for at in self._entries(document):
            part = self._part(PolicyTest, document, at)
            if part is not None:
                self.places.note("policy_test", str(len(self.policy_tests)), document, at)
                self.policy_tests.append(part)

    def _entries(self, document: Document) -> list[NodePath]:
        """The paths of the parts in a file, which holds one or a list of them."""
        value = document.value
        paths: list[NodePath] = [(index,) for index in range(len(value))] if isinstance(value, list) else [()]
        if not paths:
            self.faults.append(Place(document.path).fault("The list in this file is empty."))
        good = [path for path in paths if isinstance(_value_at(document, path), dict)]
        for path in paths:
            if path not in good:
                self.faults.append(document.place(path).fault("Here must stand a mapping of keys to values."))
        return good

    def _part(self, model: type[P], document: Document, at: NodePath) -> P | None:
        try:
            # Strict, and by way of JSON: "3" is no number, `yes` no boolean, but a time is written as text.
            text = json.dumps(_value_at(document, at))
            return model.model_validate_json(text, strict=True, by_alias=True, by_name=False)
        except ValidationError as error:
            self.faults.extend(fault_in_words(entry, model, document, at) for entry in error.errors(include_url=False))
            return None

    def _keep(self, parts: dict[str, P], kind: str, part: P | None, root: tuple[Document, NodePath]) -> None:
        if part is None:
            return
        name: str = getattr(part, kind)
        document, at = root
        if name in parts:
            first = self.places.at(kind, name, kind)
            place = document.place((*at, kind))
            self.faults.append(place.fault(f"There are two of {kind} `{name}`: first at {first.path}:{first.line}."))
            return
        parts[name] = part
        self.places.note(kind, name, document, at)


def _value_at(document: Document, path: NodePath) -> Json:
    value = document.value
    for key in path:
        value = value[key]
    return value
