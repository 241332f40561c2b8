"""demo, up, doctor and person: opening the house for customers and people."""

import os
import signal
import socket
import threading
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from aboveloop.app.chartering.stage_gate import StageRound
from aboveloop.app.contracts.rounds import ContractRound
from aboveloop.app.doors import Doorkeeper
from aboveloop.app.identity.entrance import Entrance
from aboveloop.app.importing.keeping import KeptRound
from aboveloop.app.improving.regularly import Lookout
from aboveloop.app.mail import MailRoom
from aboveloop.app.post import servers
from aboveloop.app.premises import Options
from aboveloop.app.reconciling import Reconciling
from aboveloop.app.releasing.watch import Watch
from aboveloop.app.reminding import MailMessenger, ReminderRound
from aboveloop.app.teaching.drifting import Drifting
from aboveloop.app.teaching.nightly import Nightly
from aboveloop.cli import demo as demonstration
from aboveloop.cli import diagnosis, serve
from aboveloop.cli.house import opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several, talk
from aboveloop.govern.lanes import Stage
from aboveloop.govern.people import person_of
from aboveloop.kit.errors import PermanentError, WrongUsage
from aboveloop.work.house import Patience

person_app = several("""Sign-in links and tokens for people above the loop.

    Example: aboveloop person link priya
    """)


class PortUnusable(PermanentError):
    """Another process listens there, or this user may not."""


def demo(
    headless: Annotated[
        bool, typer.Option("--headless", help="No console: let the customers through, count, end.")
    ] = False,
    cases: Annotated[int, typer.Option(min=1, max=100_000, help="How many customers come.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed brings the same customers.")] = 7,
    port: Annotated[
        int, typer.Option(min=1024, max=65_000, help="Where the console opens; the next free one if taken.")
    ] = 8400,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Run the sample company: customers write, AI workers resolve, you approve. Ctrl-C stops, a restart goes on.

    Example: aboveloop demo
    """
    if headless:
        # A polite kill ends the simulated customers too, as Ctrl-C does.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        crowd = demonstration.Crowd(cases, seed, at_once=24, pace_seconds=0.0)
        result = demonstration.headless(home, database, crowd)
        answer(result, as_json, lambda: _print_result(result))
        if result["lost"] or result["stuck"] or result["doubled"] or result["differences"]:
            raise typer.Exit(1)
        return
    stop = _stopped_by_signals()
    crowd = demonstration.Crowd(cases, seed, at_once=12, pace_seconds=2.0)
    with demonstration.at_work(home, database, port) as (premises, url):
        with demonstration.customers(premises, url, crowd, with_staff=False):
            line(f"Larkspur Outfitters is open: {url}")
            line("Sign in as one of its people (Approvals is a good place to begin); Ctrl-C stops, a restart goes on.")
            line(f"Write as a customer yourself: {url}/chat")
            while not stop.wait(0.5):
                pass
        line("Stopping: turns under way are finished first.")


def up(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535)] = 8400,
    stage: Annotated[
        Stage, typer.Option(help="How much workers may do alone: shadow, assist, supervised, autonomous.")
    ] = Stage.SUPERVISED,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Turns at once in this process.")] = 8,
    mail: Annotated[
        Path | None,
        typer.Option(help="A folder with Maildirs `in` and `out`, where the environment names no mail server."),
    ] = None,
    url: Annotated[str, typer.Option(help="Where people reach the console, for links in reminders.")] = "",
    patience: Annotated[
        Literal["normal", "demo"], typer.Option(help="`demo`: waits and silences last seconds instead of days.")
    ] = "normal",
    home: Home = None,
    database: DatabaseUrl = None,
) -> None:
    """Serve the deployed release: console, API, web chat and e-mail. Start several with one PostgreSQL to grow.

    Example: aboveloop up --database postgresql://aboveloop@db/aboveloop --port 8400
    """
    _must_be_free(host, port)
    stop = _stopped_by_signals()
    waits = demonstration.DEMO_PATIENCE if patience == "demo" else Patience()
    with opened(home, database, Options(stage=stage, workers=workers, patience=waits)) as premises:
        premises.current()
        messenger = None
        if mail is not None or servers.is_set_up():
            post = servers.post_of(premises, mail)
            room = MailRoom(premises, post)
            threading.Thread(target=room.run, args=(stop,), name="mail-room", daemon=True).start()
            messenger = MailMessenger(premises, post, url or f"http://{host}:{port}")
        premises.run_turns()
        premises.while_open(Watch(premises).run, "release-watch")
        premises.while_open(ContractRound(premises).run, "contracts")
        premises.while_open(StageRound(premises).run, "stages")
        premises.while_open(KeptRound(premises).run, "kept-personal")
        premises.while_open(Reconciling(premises).run, "reconciling")
        premises.while_open(Drifting(premises).run, "drift")
        premises.while_open(Nightly(premises).run, "nightly-learning")
        premises.while_open(Lookout(premises).run, "lookout")
        premises.while_open(ReminderRound(premises, messenger).keep_on, "reminders")
        talk.print(f"Aboveloop serves {premises.current().about.title} on http://{host}:{port}", markup=False)
        serve.serve(premises, host, port, stop, trusted=False)


def doctor(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Look after the house: database, ledger, release, systems of record, processes, each in a sentence.

    Example: aboveloop doctor
    """
    with opened(home, database) as premises:
        findings = diagnosis.examine(premises)
    value = {"ok": all(each.ok for each in findings), "findings": [vars(each) for each in findings]}

    def human() -> None:
        for each in findings:
            line(f"{'ok  ' if each.ok else 'BAD '} {each.what}: {each.sentence}")

    answer(value, as_json, human)
    if not value["ok"]:
        raise typer.Exit(1)


@person_app.command("link")
def link(
    person: Annotated[str, typer.Argument(help="An id of operation.yaml.")],
    url: Annotated[str, typer.Option(help="Where the console is reached.")] = "http://127.0.0.1:8400",
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Make a link with which one person signs in, once, within fifteen minutes.

    Example: aboveloop person link priya
    """
    if not url.startswith(("http://", "https://")):
        raise WrongUsage(f"{url} is no address of a console. Say --url with one such as http://127.0.0.1:8400.")
    with opened(home, database) as premises:
        person_of(premises.current(), person)
        made = serve.sign_in_link(premises, person, url)
    answer({"person": person, "link": made}, as_json, lambda: line(made))


@person_app.command("invite")
def invite(
    person: Annotated[str, typer.Argument(help="An id of operation.yaml.")],
    url: Annotated[str, typer.Option(help="Where the console is reached.")] = "http://127.0.0.1:8400",
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Make an invitation with which one person sets a password, once, within three days.

    Example: aboveloop person invite priya --url https://desk.example
    """
    if not url.startswith(("http://", "https://")):
        raise WrongUsage(f"{url} is no address of a console. Say --url with one such as http://127.0.0.1:8400.")
    with opened(home, database) as premises:
        token = Entrance(Doorkeeper(premises)).invite(person, by=None)
    made = f"{url.rstrip('/')}/sign-in/invitation/{token}"
    answer({"person": person, "invitation": made}, as_json, lambda: line(made))


@person_app.command("sign-out")
def end_sessions(
    person: Annotated[str, typer.Argument(help="An id of operation.yaml.")],
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """End every session of one person, on every machine.

    Example: aboveloop person sign-out priya
    """
    with opened(home, database) as premises:
        Entrance(Doorkeeper(premises)).end_sessions(person, by=None)
    answer({"person": person, "signed_out": True}, as_json, lambda: line(f"{person} is signed out everywhere."))


@person_app.command("block")
def block(
    person: Annotated[str, typer.Argument(help="An id of operation.yaml.")],
    undo: Annotated[bool, typer.Option("--undo", help="Let the person in again.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Let nobody in as this person, nor any program for them, until `--undo`.

    Example: aboveloop person block priya
    """
    with opened(home, database) as premises:
        entrance = Entrance(Doorkeeper(premises))
        account = entrance.unblock(person, by=None) if undo else entrance.block(person, by=None)
    said = "is blocked" if account.is_blocked else "may come in again"
    answer({"person": person, "blocked": account.is_blocked}, as_json, lambda: line(f"{person} {said}."))


@person_app.command("unlock")
def unlock(
    person: Annotated[str, typer.Argument(help="An id of operation.yaml.")],
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Let a person who mistyped their password too often try again at once.

    Example: aboveloop person unlock priya
    """
    with opened(home, database) as premises:
        Entrance(Doorkeeper(premises)).unlock(person, by=None)
    answer({"person": person, "unlocked": True}, as_json, lambda: line(f"{person} may try again at once."))


@person_app.command("token")
def token(
    person: Annotated[str, typer.Argument(help="An id of operation.yaml.")],
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Make an API token with which a program acts for one person, good for thirty days.

    Example: aboveloop person token priya
    """
    with opened(home, database) as premises:
        made = serve.token_for(premises, person)
    answer({"person": person, "token": made}, as_json, lambda: line(made))


@person_app.command("tokens")
def tokens(
    out: Annotated[Path, typer.Option(help="The file to write, readable by you alone.")],
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Write API tokens of everybody who may approve into a file, for programs that act for them.

    Example: aboveloop person tokens --out staff.json
    """
    if out.exists():
        raise WrongUsage(f"{out} exists already. Remove it first, or name another file with --out.")
    if not out.parent.is_dir():
        raise WrongUsage(f"{out.parent} is no folder. Make it first, or name another file with --out.")
    with opened(home, database) as premises:
        count = demonstration.write_staff_file(premises, out)
    answer({"people": count, "file": str(out)}, as_json, lambda: line(f"{count} tokens written to {out}."))


def _must_be_free(host: str, port: int) -> None:
    """Raises PortTaken or WrongUsage before the house opens, not when it is half open."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (socket.gaierror, UnicodeError) as error:
        raise WrongUsage(f"{host} is no address of this machine. Name one with --host, such as 127.0.0.1.") from error
    except OSError as error:
        raise PortUnusable(
            f"Nothing can listen on {host}, port {port}: {error.strerror}. Choose others with --host and --port."
        ) from error


def _stopped_by_signals() -> threading.Event:
    """An event that Ctrl-C and a polite kill set; a second Ctrl-C leaves at once."""
    stop = threading.Event()

    def leave(number: int, frame: Any) -> None:
        if stop.is_set():
            os._exit(130)
        stop.set()

    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    return stop


def _print_result(result: dict[str, Any]) -> None:
    line(f"{result['cases']} cases in {result['seconds']} s, {result['turns']} turns:")
    line(f"  {result['resolved']} resolved, {result['alone']} of them without any person")
    line(f"  {result['handed_over']} handed over to people, {result['refused']} lawfully refused")
    line(f"  {result['lost']} lost, {result['stuck']} stuck, {result['doubled']} doubled")
    line(f"  {result['writes']} writes, {result['differences']} differences between ledger and system of record")
    line(f"The state is in {result['home']}: look with `aboveloop case list --home {result['home']}`.")
