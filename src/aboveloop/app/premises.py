"""The composition root: wires the house from settings. The only place that names adapters."""

import logging
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from aboveloop.app.contracts.live import LiveChecks
from aboveloop.app.embeddings.meaning import meaning_of
from aboveloop.app.paging import ADDRESS, MailCaller, WebhookCaller
from aboveloop.app.post.outboxes import outbox_of
from aboveloop.app.quality import store as quality
from aboveloop.app.rounds import kept_on
from aboveloop.app.voice import HouseVoice
from aboveloop.app.weights import installed_embedder
from aboveloop.connect.systems.systems import Systems
from aboveloop.durable.late import LateTurns
from aboveloop.durable.turns import Turns
from aboveloop.govern.incidents.book import Book, Report, Stamp
from aboveloop.govern.incidents.incident import Scope, Severity
from aboveloop.govern.lanes import Stage
from aboveloop.govern.paging.pager import Caller, Pager, raise_page
from aboveloop.govern.policy import PolicyPack
from aboveloop.kit.clock import Clock, SystemClock
from aboveloop.kit.database import Database, DatabaseTrouble, Reader
from aboveloop.kit.errors import AboveloopError, NotFound, PermanentError
from aboveloop.kit.settings import Settings
from aboveloop.ledger.checkpoints import Checkpoint
from aboveloop.ledger.errors import CheckpointRefused, LedgerDamaged
from aboveloop.ledger.ledger import Ledger
from aboveloop.ledger.verify import Verification
from aboveloop.operation import environments, releases
from aboveloop.operation.models import Operation
from aboveloop.understand.reader import FirstReader
from aboveloop.work.house import Deliverer, House, Patience
from aboveloop.work.outcomes.checks import submit_regularly
from aboveloop.work.privacy.retention import run_daily
from aboveloop.work.turn import run_turn

MASTER_SECRET = "ledger-master"
SEED_SECRET = "checkpoint-seed"


# What is sealed can no longer be changed unseen; a minute is what an intruder would have.
SEAL_EVERY_SECONDS = 60.0
# What runs beside the turns asks the database and is done; longer than that, something else is wrong.
CLOSE_SECONDS = 5.0
# A person takes minutes to wake up; looking for pages costs one small query.
CALL_EVERY_SECONDS = 2.0
# What a page about the ledger is about.
LEDGER = "ledger"
BROKEN = "The ledger does not verify"
# What a page about the rounds of the house is about.
ROUNDS = "rounds"
# What a page about a provider's embeddings is about.
EMBEDDINGS = "embeddings"

logger = logging.getLogger(__name__)


class LedgerForeign(PermanentError):
    """The database holds another home's ledger."""


class NothingDeployed(NotFound):
    """There is no release at work yet."""


@dataclass(frozen=True)
class Options:
    """How a house is opened, besides its settings."""

    clock: Clock = field(default_factory=SystemClock)
    stage: Stage = Stage.SUPERVISED
    patience: Patience = field(default_factory=Patience)
    workers: int = 8
    page: "Page | None" = None


# Calls people: why, how bad (low, high), and about what (`release:<digest>`).
Page = Callable[[str, str, str], None]


class Premises:
    """A house, opened: database prepared, ledger keyed, systems reachable. Close it when done."""

    def __init__(self, settings: Settings, options: Options | None = None, *, turns: Turns | None = None) -> None:
        chosen = options or Options()
        self.settings = settings
        self.page: Page = chosen.page or self.page_people
        self.database = Database(settings.database_url)
        self.ledger = Ledger(settings.secret(MASTER_SECRET), settings.secret(SEED_SECRET))
        self._durable = LateTurns(self.database, chosen.clock, workers=chosen.workers) if turns is None else None
        self.live = LiveChecks()
        self.voice = HouseVoice(settings.home)
        self._systems: dict[str, Systems] = {}
        self._readers: dict[str, FirstReader] = {}
        self._packs: dict[str, PolicyPack] = {}
        self._operations: dict[str, Operation] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._beside: list[threading.Thread] = []
        self.channels: dict[str, Deliverer] = {}
        self.meaning = meaning_of(settings.home, lambda: self.house, lambda why: self.page(why, "high", EMBEDDINGS))
        self.house = House(
            database=self.database,
            clock=chosen.clock,
            ledger=self.ledger,
            turns=turns or self._must_be_durable(),
            deployed=self.deployed,
            operation_of=self.operation_of,
            systems_of=self.systems_of,
            reader_of=self.reader_of,
            pack_of=self.pack_of,
            channels=self.channels,
            stage=chosen.stage,
            patience=chosen.patience,
            meaning=self.meaning,
        )

    def prepare(self) -> None:
        """Create what tables are missing. Safe to repeat."""
        self.database.create_tables()
        if self._durable is not None:
            self._durable.prepare()

    def run_turns(self) -> None:
        """Run turns in this process until it is closed. What the first turn would wait for is made ready before."""
        current = self.current()
        self.reader_of(current)
        self.pack_of(current)
        self.seal()
        self.while_open(self._seal_regularly, "sealer")
        self.while_open(self._call_regularly, "pager")
        self.while_open(lambda closing: submit_regularly(self.house, closing), "outcomes")
        self.while_open(lambda closing: run_daily(self.house, self.current, closing), "retention")
        if self.meaning is not None:
            meaning = self.meaning
            self.while_open(lambda closing: meaning.run(closing, self.current), "embeddings")
        self._must_be_durable().launch(lambda lane, stimulus: run_turn(self.house, lane, stimulus))

    def while_open(self, run: Callable[[threading.Event], None], name: str) -> None:
        """Run something beside the turns until the house closes; `run` returns soon after its event is set.

        Where it fails, people are called and it begins again.
        """
        thread = threading.Thread(target=kept_on, args=(run, name, self._closing, self._failed), name=name, daemon=True)
        self._beside.append(thread)
        thread.start()

    def _failed(self, sentence: str) -> None:
        try:
            self.page(sentence, "high", ROUNDS)
        except (*DatabaseTrouble, AboveloopError) as error:
            logger.error("Nobody could be called about it: %s", error)

    def seal(self) -> Checkpoint:
        """Seal what is committed. Raises LedgerForeign where the ledger was sealed with other keys than this home's."""
        try:
            with self.database.write() as tx:
                return self.ledger.checkpoint(tx, self.house.clock.now())
        except CheckpointRefused as error:
            raise LedgerForeign(
                "The ledger in this database was sealed with other keys than those of this state folder. "
                "Name the folder that it belongs to with --home, or restore its `keys`."
            ) from error

    def _seal_regularly(self, closing: threading.Event) -> None:
        while not closing.wait(SEAL_EVERY_SECONDS):
            try:
                self.seal()
            except (sa.exc.DBAPIError, AboveloopError) as error:
                logger.error("The ledger could not be sealed and will be tried again: %s", error)
                if isinstance(error, LedgerDamaged | LedgerForeign):
                    self.ledger_broken(str(error))

    def verify(self, checkpoint: str | None = None, *, by: str) -> Verification:
        """Verify the ledger, and write down when, by whom and what was found."""
        with self.database.read() as reader:
            found = self.ledger.verify(reader, checkpoint)
        values = {"by": by, "entries": found.entries, "ok": found.ok, "reason": found.reason or ""}
        with self.database.write() as tx:
            quality.note_verification(tx, {"at": self.house.clock.now(), **values})
        return found

    def ledger_broken(self, reason: str) -> None:
        """Page about a ledger that does not verify and, where `on_call: {opens_incident: [ledger]}` says so, open an
        incident about the release at work; once for each break that nobody has closed."""
        self.page(f"{BROKEN}: {reason}", "critical", LEDGER)
        try:
            operation = self.current()
        except NothingDeployed:
            return
        if operation.about.on_call is None or LEDGER not in operation.about.on_call.opens_incident:
            return
        with self.database.write() as tx:
            book = Book(self.ledger, operation)
            if all(each.title != BROKEN for each in book.all(tx, only_open=True)):
                report = Report(BROKEN, Severity.CRITICAL, Scope(release=operation.digest))
                book.open(tx, report, Stamp(None, self.house.clock.now()))

    def page_people(self, reason: str, severity: str, about: str) -> None:
        """Call who is on call; what is paged already and not acknowledged is not paged again."""
        with self.database.write() as tx:
            now = self.house.clock.now()
            raise_page(tx, self.ledger, reason=reason, severity=severity, about=about, now=now)

    def call_people(self) -> int:
        """One round of paging: call and deliver what is due. Returns how many calls were tried."""
        operation = self.current()
        address = next((each.address for each in operation.about.channels.values() if each.address), ADDRESS)
        mail = MailCaller(outbox_of(self.settings.home / "paging", address, operation.about.title))
        callers: Mapping[str, Caller] = {"webhook": WebhookCaller(self.settings), "email": mail}
        return Pager(self.database, self.ledger, callers).round(operation, self.house.clock.now())

    def _call_regularly(self, closing: threading.Event) -> None:
        while not closing.wait(CALL_EVERY_SECONDS):
            try:
                self.call_people()
            except (sa.exc.DBAPIError, AboveloopError) as error:
                logger.error("People could not be called and it will be tried again: %s", error)

    def close(self) -> None:
        self._closing.set()
        if self.meaning is not None:
            self.meaning.close()
        if self._durable is not None:
            self._durable.stop()
        for thread in self._beside:
            thread.join(timeout=CLOSE_SECONDS)
        for systems in self._systems.values():
            systems.close()
        self.database.dispose()

    def deployed(self, reader: Reader, customer_id: str = "") -> str:
        """The digest of the release that new cases begin on, those of a customer if named. Raises NothingDeployed."""
        digest = environments.digest_for(reader, customer_id) if customer_id else releases.deployed_digest(reader)
        if digest is None:
            raise NothingDeployed("No release is deployed: run `aboveloop release create FOLDER --deploy` first.")
        return digest

    def current(self) -> Operation:
        """The operation that new cases begin with. Raises NothingDeployed."""
        with self.database.read() as reader:
            digest = self.deployed(reader)
        return self.operation_of(digest)

    def operation_of(self, digest: str) -> Operation:
        """The operation of a release, kept in memory: releases never change."""
        with self._lock:
            known = self._operations.get(digest)
        if known is None:
            with self.database.read() as reader:
                known = releases.load_release(reader, digest)
            with self._lock:
                self._operations[digest] = known
        return known

    def systems_of(self, operation: Operation) -> Systems:
        with self._lock:
            if operation.digest not in self._systems:
                notice = self.live.notice_for(operation)
                self._systems[operation.digest] = Systems(operation, self.settings.home, notice=notice)
            return self._systems[operation.digest]

    def reader_of(self, operation: Operation) -> FirstReader:
        with self._lock:
            if operation.digest not in self._readers:
                self._readers[operation.digest] = FirstReader.fit(operation, installed_embedder())
            return self._readers[operation.digest]

    def pack_of(self, operation: Operation) -> PolicyPack:
        with self._lock:
            if operation.digest not in self._packs:
                self._packs[operation.digest] = PolicyPack.compile(operation)
            return self._packs[operation.digest]

    def placeholders(self) -> Mapping[str, str]:
        return {"python": sys.executable, "home": str(self.settings.home)}

    def _must_be_durable(self) -> LateTurns:
        assert self._durable is not None, "turns were given from outside, so this process does not run them itself"
        return self._durable
