"""The whole site: the API and the console in one application, and the server that runs it."""

import contextlib
import errno
import socket
import threading
from collections.abc import Collection, Iterator

import uvicorn
from fastapi import FastAPI

from aboveloop.api.chat_sessions import ChatOptions
from aboveloop.api.server import answer_elsewhere, build_server
from aboveloop.app.doors import Doorkeeper, check_trust
from aboveloop.app.premises import Premises
from aboveloop.connect.openid.provider import OpenIdProvider
from aboveloop.console.site import build_console
from aboveloop.kit.clock import monotonic_seconds
from aboveloop.kit.errors import PermanentError, TemporaryError
from aboveloop.kit.settings import identity_provider

LOCAL = "127.0.0.1"
HIGHEST_PORT = 65_535
# Streams end at once when told to; a slow answer may take so long and no longer.
FINISH_WITHIN_SECONDS = 5


def build_site(
    premises: Premises, *, trusted: bool = False, host: str = LOCAL, chat: ChatOptions | None = None
) -> FastAPI:
    """The site. `trusted` lets anybody in as anybody, so it raises WrongUsage where `host` is not this machine."""
    check_trust(host, trusted=trusted)
    told = identity_provider()
    doorkeeper = Doorkeeper(premises, trusted=trusted, provider=None if told is None else OpenIdProvider(told))
    site = build_server(doorkeeper, chat)
    answer_elsewhere(site, build_console(doorkeeper))
    return site


def serve(
    premises: Premises,
    host: str,
    port: int,
    stop: threading.Event,
    *,
    trusted: bool = False,
    ready: threading.Event | None = None,
    door: socket.socket | None = None,
) -> None:
    """Serve until `stop` is set; then end the streams, finish what is under way and return.

    `door` is a socket that is bound to host and port already. `ready` is set when the site answers. Raises
    WrongUsage as `build_site` does.
    """
    site = build_site(premises, trusted=trusted, host=host)
    config = uvicorn.Config(
        site,
        host=host,
        port=port,
        # Addresses of chats and sign-in links hold secrets, so they are written down nowhere.
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=FINISH_WITHIN_SECONDS,
        timeout_keep_alive=30,
    )
    server = _Server(config, ready)
    watcher = threading.Thread(target=_end_when_told, args=(server, site, stop), name="site-stopper", daemon=True)
    watcher.start()
    try:
        server.run(None if door is None else [door])
    finally:
        stop.set()
        watcher.join()


class _Server(uvicorn.Server):
    """Tells when it is ready. Signals belong to whoever holds `stop`."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event | None) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._ready is not None and self.started:
            self._ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def first_free_door(wanted: int, tried: int, host: str = LOCAL) -> socket.socket:
    """A socket of ours on the first free port from `wanted` on. Raises PermanentError when `tried` ports are taken.

    It is bound, so that nobody else gets the port between finding it free and opening.
    """
    for port in range(wanted, min(wanted + tried, HIGHEST_PORT + 1)):
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
            # Two may bind a port that nobody listens on yet; only one can listen.
            door.listen()
        except OSError as error:
            door.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
        else:
            return door
    raise PermanentError(f"No port from {wanted} to {wanted + tried - 1} is free. Name another with --port.")


def wait_until_open(host: str, port: int, *, seconds: float = 30.0) -> None:
    """Return when something answers there. Raises TemporaryError when nothing does in time."""
    until = monotonic_seconds() + seconds
    while monotonic_seconds() < until:
        try:
            socket.create_connection((host, port), timeout=1).close()
            return
        except OSError:
            threading.Event().wait(0.05)
    raise TemporaryError(f"Nothing answers on {host}:{port}. Look at the log, or choose another port with --port.")


def sign_in_link(premises: Premises, person_id: str, url: str) -> str:
    """An address that signs this person in once, within fifteen minutes. Raises PersonUnknown."""
    premises.database.create_tables()
    return f"{url.rstrip('/')}/sign-in/link/{Doorkeeper(premises).link_for(person_id)}"


def token_for(premises: Premises, person_id: str, scopes: Collection[str] | None = None) -> str:
    """A token for `Authorization: Bearer TOKEN`, good for thirty days: with `scopes`, or all that they may do.

    Raises PersonUnknown, ScopeRefused.
    """
    return Doorkeeper(premises).bearer_for(person_id, scopes)


def _end_when_told(server: uvicorn.Server, site: FastAPI, stop: threading.Event) -> None:
    """Open chats would hold the server: they are ended first, and their pages connect anew elsewhere or later."""
    stop.wait()
    site.state.fan_out.close()
    server.should_exit = True
