"""Systems of record, cross-checked: schemas, expressions, reads before decisions, proofs, undos, how to reach them."""

from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from dataclasses import dataclass

from aboveloop.operation.expression_faults import expression_faults, is_usable_name, suggestion, text_faults
from aboveloop.operation.faults import Fault, Place
from aboveloop.operation.models import Operation
from aboveloop.operation.names import NAME, RESERVED_NAMES
from aboveloop.operation.part import JsonSchema
from aboveloop.operation.places import Places
from aboveloop.operation.schema_rules import looping_types, schema_faults
from aboveloop.operation.system_models import System, SystemOperation

# What every expression of an operation may use before its records are read.
CALL_NAMES = frozenset({"args", "now", "customer"})
PROOF_NAMES = frozenset({"args", "now", "result"})
# What a journal is asked with, page by page.
JOURNAL_ARGUMENTS = ("after", "limit")
# Kinds of system that need no idempotency key: nothing leaves the house, or the key stands in the same transaction.
SAFE_KINDS = frozenset({"recorded", "house", "sql"})
# What `reach` may say for each kind besides time limits, and what each of its operations may.
REACH_KEYS: Mapping[str, frozenset[str]] = {
    "mcp": frozenset({"command", "url", "headers", "env"}),
    "http": frozenset({"url", "openapi", "headers"}),
    "sql": frozenset({"url"}),
    "python": frozenset({"module"}),
    "recorded": frozenset(),
    "house": frozenset(),
}
OPERATION_KEYS: Mapping[str, frozenset[str]] = {
    "http": frozenset({"method", "path"}),
    "sql": frozenset({"statement"}),
    "recorded": frozenset({"path"}),
}
ALWAYS_REACH_KEYS = frozenset({"kind", "timeout_seconds", "attempts"})


def system_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """Everything that is wrong in the systems of `operation`."""
    for name, system in operation.systems.items():

        def at(*path: str | int, name: str = name) -> Place:
            return places.at("system", name, *path)

        yield from _reach_faults(operation, system, at)
        yield from _type_faults(system, at)
        yield from _journal_faults(system, at)
        for called, spec in system.operations.items():

            def inside(*path: str | int, called: str = called, at: Callable[..., Place] = at) -> Place:
                return at("operations", called, *path)

            yield from _Check(system, called, spec, inside).faults()
    yield from _argument_name_faults(operation, places)


def _reach_faults(operation: Operation, system: System, at: Callable[..., Place]) -> Iterator[Fault]:
    reach, kind = system.reach, system.reach.kind
    for key in sorted(reach.model_fields_set - REACH_KEYS[kind] - ALWAYS_REACH_KEYS):
        yield at("reach", key).fault(f"`{key}` means nothing for a system of kind {kind}.")
    if kind == "mcp" and (reach.command is None) == (reach.url is None):
        yield at("reach").fault("A system of kind mcp needs either `command` or `url`.")
    if kind == "mcp" and reach.command is not None and not reach.command:
        yield at("reach", "command").fault("The command is empty: name the program that serves this system.")
    if kind in ("http", "sql") and not reach.url:
        yield at("reach").fault(f"A system of kind {kind} needs `url`.")
    if kind == "python" and not reach.module:
        yield at("reach").fault("A system of kind python needs `module`, such as `package.module`.")
    if reach.openapi is not None and f"systems/{reach.openapi}" not in operation.files:
        yield at("reach", "openapi").fault(f"There is no file systems/{reach.openapi} (JSON) in the operation.")


def _type_faults(system: System, at: Callable[..., Place]) -> Iterator[Fault]:
    for name, schema in system.types.items():
        if not name.isidentifier():
            yield at("types", name).fault(f"`{name}` is no name for a type: letters, digits and _ .")
        yield from _schema_faults(schema, system, lambda *path, name=name: at("types", name, *path))
    for name in looping_types(system.types):
        yield at("types", name).fault(f"The type `{name}` is made of itself with nothing in between.")


def _journal_faults(system: System, at: Callable[..., Place]) -> Iterator[Fault]:
    if system.journal is None:
        return
    spec = system.operations.get(system.journal)
    if spec is None or spec.kind != "read":
        hint = suggestion(system.journal, system.operations)
        yield at("journal").fault(f"There is no read `{system.journal}` in {system.system}.{hint}")
        return
    given = dict.fromkeys(JOURNAL_ARGUMENTS, "")
    yield from call_faults(spec, system.journal, given, lambda *_: at("journal"))


def _schema_faults(schema: JsonSchema, system: System, at: Callable[..., Place]) -> Iterator[Fault]:
    for path, message, only_warns in schema_faults(schema, system.types):
        place = at(*path)
        yield place.warning(message) if only_warns else place.fault(message)


@dataclass(frozen=True)
class _Check:
    """One operation of one system; `at` gives places inside it."""

    system: System
    name: str
    spec: SystemOperation
    at: Callable[..., Place]

    def faults(self) -> Iterator[Fault]:
        yield from self._argument_faults()
        yield from self._kind_faults()
        yield from self._key_faults()
        names = yield from self._record_faults()
        yield from self._before_faults(names)
        yield from self._after_faults(names)

    def _argument_faults(self) -> Iterator[Fault]:
        spec = self.spec
        for name, schema in spec.arguments.items():
            yield from _schema_faults(schema, self.system, lambda *path, name=name: self.at("arguments", name, *path))
        yield from _schema_faults(spec.returns, self.system, lambda *path: self.at("returns", *path))
        for index, name in enumerate(spec.optional):
            if name not in spec.arguments:
                hint = suggestion(name, spec.arguments)
                yield self.at("optional", index).fault(f"`{name}` is no argument of {self.name}.{hint}")
            elif name in spec.optional[:index]:
                yield self.at("optional", index).fault(f"`{name}` stands here twice.")
        for new, old in spec.replaces.items():
            for name in (new, old):
                if name not in spec.arguments:
                    hint = suggestion(name, spec.arguments)
                    yield self.at("replaces", new).fault(f"`{name}` is no argument of {self.name}.{hint}")
        for name, heard in spec.obtains.items():
            for choice, phrases in heard.choices.items():
                if not any(phrase.strip() for phrase in phrases):
                    yield self.at("obtains", name).fault(f"The choice `{choice}` has no phrase that speaks for it.")

    def _kind_faults(self) -> Iterator[Fault]:
        """What only reads, or only writes, may have."""
        spec, kind = self.spec, self.system.reach.kind
        for key in ("idempotency", "proof", "undo", "outcome"):
            if getattr(spec, key) is not None and spec.kind != "write":
                yield self.at(key).fault(f"Only a write has `{key}`; {self.name} is a {spec.kind} operation.")
        for key in ("obtains", "replaces"):
            if getattr(spec, key) and spec.kind != "write":
                yield self.at(key).fault(f"Only a write has `{key}`; {self.name} is a {spec.kind} operation.")
        if spec.verifies is not None and spec.kind == "write":
            yield self.at("verifies").fault("A write proves nobody's identity: only a read has `verifies`.")
        if spec.idempotency is not None and spec.idempotency in spec.arguments:
            yield self.at("idempotency").fault(
                f"`{spec.idempotency}` is added by the house: take it out of `arguments`: no worker may make it up."
            )
        if spec.kind == "write" and spec.idempotency is None and kind not in SAFE_KINDS:
            yield self.at().fault(
                f"The write {self.name} has no `idempotency`: after a crash nobody could tell whether it happened, and"
                " trying again could do it twice. Name the argument in which this system takes a key."
            )

    def _key_faults(self) -> Iterator[Fault]:
        spec, reach = self.spec, self.system.reach
        for key in ("statement", "method", "path"):
            if getattr(spec, key) is not None and key not in OPERATION_KEYS.get(reach.kind, frozenset()):
                yield self.at(key).fault(f"`{key}` means nothing in a system of kind {reach.kind}.")
        if reach.kind == "sql" and not spec.statement:
            yield self.at().fault(f"{self.name} needs a `statement`: its system is of kind sql.")
        if reach.kind == "http" and reach.openapi is None and (spec.method is None or spec.path is None):
            yield self.at().fault(f"{self.name} needs `method` and `path`, or its system an `openapi` file.")

    def _record_faults(self) -> Generator[Fault, None, frozenset[str]]:
        """Checks `records` in their order; returns the names that exist once all are read."""
        names = set(CALL_NAMES)
        for record, read in self.spec.records.items():
            place = self.at("records", record)
            if record in RESERVED_NAMES or not is_usable_name(record):
                yield place.fault(f"A record cannot be called `{record}`: the word has another meaning in expressions.")
            yield from self._call_faults("read", read.read, read.with_, ("records", record))
            if read.many is not None:
                yield from self._expression(read.many, names, "records", record, "many")
            inside = names | {"each"} if read.many is not None else names
            for argument, source in read.with_.items():
                yield from self._expression(source, inside, "records", record, "with", argument)
            names.add(record)
        return frozenset(names)

    def _before_faults(self, names: frozenset[str]) -> Iterator[Fault]:
        """Expressions that are worked out before the decision."""
        spec = self.spec
        for key in ("resource", "amount", "owner"):
            source: str | None = getattr(spec, key)
            if source is not None:
                yield from self._expression(source, names, key)
        for fact, found in spec.facts.items():
            yield from self._expression(found.value, names, "facts", fact, "value")
            if found.agrees_with is not None:
                yield from self._expression(found.agrees_with, names, "facts", fact, "agrees_with")
        if spec.says is not None:
            # Shown when nothing but the arguments is at hand, also long afterwards.
            yield from text_faults(spec.says, {"args"}, lambda _: self.at("says"), arguments=spec.arguments)

    def _after_faults(self, names: frozenset[str]) -> Iterator[Fault]:
        """Expressions that are worked out once the operation was performed."""
        spec, after = self.spec, names | {"result"}
        if spec.verifies is not None:
            yield from self._expression(spec.verifies, {"args", "result"}, "verifies")
        if spec.proof is not None:
            # A proof reads afresh, also after a restart: the records from before the write are gone.
            yield from self._call_faults("read", spec.proof.read, spec.proof.with_, ("proof",))
            yield from self._expressions(spec.proof.with_, PROOF_NAMES, "proof", "with")
            shown = {"record", spec.proof.read.removeprefix("get_")}
            yield from self._expression(spec.proof.holds, PROOF_NAMES | shown, "proof", "holds")
        if spec.undo is not None:
            yield from self._call_faults("write", spec.undo.do, spec.undo.with_, ("undo",))
            yield from self._expressions(spec.undo.with_, after, "undo", "with")

    def _call_faults(self, kind: str, name: str, given: Mapping[str, str], path: tuple[str, ...]) -> Iterator[Fault]:
        """A call of another operation of the same system, which must be a `kind`."""
        key = "do" if kind == "write" else "read"
        called = self.system.operations.get(name)
        if called is None:
            hint = suggestion(name, self.system.operations)
            yield self.at(*path, key).fault(f"There is no operation `{name}` in {self.system.system}.{hint}")
            return
        if called.kind != kind:
            yield self.at(*path, key).fault(f"`{name}` is a {called.kind} operation; here must stand a {kind}.")
        yield from call_faults(called, name, given, lambda *inner: self.at(*path, *inner))

    def _expressions(self, sources: Mapping[str, str], names: Collection[str], *path: str) -> Iterator[Fault]:
        for argument, source in sources.items():
            yield from self._expression(source, names, *path, argument)

    def _expression(self, source: str, names: Collection[str], *path: str) -> Iterator[Fault]:
        return expression_faults(source, names, self.at(*path), arguments=self.spec.arguments)


def call_faults(
    called: SystemOperation, name: str, given: Mapping[str, str], at: Callable[..., Place]
) -> Iterator[Fault]:
    """Arguments in `with` that the operation does not have, and those it needs that are not there."""
    for argument in given:
        if argument == called.idempotency:
            yield at("with", argument).fault(f"`{argument}` is added by the house: take it out.")
        elif argument not in called.arguments:
            hint = suggestion(argument, called.arguments)
            yield at("with", argument).fault(f"`{argument}` is no argument of `{name}`.{hint}")
    for argument in called.arguments:
        if argument not in given and argument not in called.optional:
            yield at("with").fault(f"`{name}` needs the argument `{argument}`, which is missing here.")


def operation_names(operation: Operation) -> list[str]:
    """Every `system.operation` that exists."""
    return [f"{system}.{name}" for system, found in operation.systems.items() for name in found.operations]


def _argument_name_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """Arguments that no expression could read are only worth a warning: the system named them."""
    for name, system in operation.systems.items():
        for called, spec in system.operations.items():
            for argument in spec.arguments:
                if not NAME.fullmatch(argument):
                    place = places.at("system", name, "operations", called, "arguments", argument)
                    yield place.warning(f"`{argument}` is no name: steps of procedures cannot give this argument.")
