"""Where the house keeps its state and what it talks to: from flags, then environment, then defaults."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from aboveloop.kit.errors import PermanentError, WrongUsage


class SecretDamaged(PermanentError):
    """A secret of the home is not what was once written."""


@dataclass(frozen=True)
class Settings:
    """`home` is a folder of the user's; `database_url` an SQLAlchemy URL (SQLite in `home` by default)."""

    home: Path
    database_url: str

    @property
    def is_postgres(self) -> bool:
        return self.database_url.startswith("postgresql")

    def secret(self, name: str, *, size: int = 32) -> bytes:
        """The random secret `name` of this home, made at first use, readable by its owner alone.

        Raises SecretDamaged where fewer than `size` bytes are left of it: an empty one would sign for everybody.
        """
        folder = self.home / "keys"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / name
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        if not path.exists():
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(size))
                file.flush()
                os.fsync(file.fileno())
            try:
                # A link fails where the name exists: of two processes that start at once, one wins.
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        secret = path.read_bytes()
        if len(secret) < size:
            raise SecretDamaged(
                f"The secret {path} has {len(secret)} bytes where {size} belong: it was cut short. Put it back from a"
                " backup; what was encrypted or signed with it cannot be used without."
            )
        return secret


def load_settings(home: Path | None = None, database_url: str | None = None) -> Settings:
    """Settings from the arguments, then ABOVELOOP_HOME and ABOVELOOP_DATABASE_URL, then defaults.

    Raises WrongUsage when the home cannot be a folder or the database is neither SQLite nor PostgreSQL.
    """
    chosen = home or Path(os.environ.get("ABOVELOOP_HOME", "") or default_home())
    try:
        chosen = chosen.expanduser().absolute()
        str(chosen).encode()
    except (RuntimeError, UnicodeEncodeError) as error:
        raise WrongUsage(f"{str(chosen)!r} names no folder here. Name another with --home.") from error
    if chosen.exists() and not chosen.is_dir():
        raise WrongUsage(f"{chosen} is a file; --home needs a folder. Name another one.")
    try:
        chosen.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongUsage(f"The folder {chosen} cannot be made ({error.strerror}). Name another with --home.") from error
    url = database_url or os.environ.get("ABOVELOOP_DATABASE_URL") or _sqlite_in(chosen)
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise WrongUsage("The database URL must begin with sqlite:/// or postgresql://.")
    if url.startswith("sqlite:///") and (url.endswith(("///", ":memory:")) or "?" in url):
        raise WrongUsage("The SQLite URL must name a file, and nothing after it: sqlite:////path/to/aboveloop.db.")
    return Settings(home=chosen, database_url=url)


@dataclass(frozen=True)
class IdentityProvider:
    """An OpenID Connect provider; `client_secret` is None for a public client."""

    issuer: str
    client_id: str
    client_secret: str | None


def identity_provider() -> IdentityProvider | None:
    """The provider that ABOVELOOP_OIDC_ISSUER, _CLIENT_ID and _CLIENT_SECRET name, or None. Half is WrongUsage."""
    issuer = os.environ.get("ABOVELOOP_OIDC_ISSUER", "").strip()
    client = os.environ.get("ABOVELOOP_OIDC_CLIENT_ID", "").strip()
    if not issuer and not client:
        return None
    if not issuer or not client:
        raise WrongUsage("Set both ABOVELOOP_OIDC_ISSUER and ABOVELOOP_OIDC_CLIENT_ID, or neither.")
    return IdentityProvider(issuer, client, os.environ.get("ABOVELOOP_OIDC_CLIENT_SECRET") or None)


def new_procedures_begin() -> str:
    """ABOVELOOP_NEW_PROCEDURES: the stage in which a procedure begins that no charter is about; shadow by default."""
    chosen = os.environ.get("ABOVELOOP_NEW_PROCEDURES", "").strip() or "shadow"
    if chosen not in ("shadow", "assist", "supervised"):
        raise WrongUsage("ABOVELOOP_NEW_PROCEDURES must be shadow, assist or supervised: nothing begins autonomous.")
    return chosen


def _sqlite_in(home: Path) -> str:
    """The URL of the database of a home; what means something in a URL is escaped."""
    path = str(home / "aboveloop.db").replace("%", "%25").replace("?", "%3F")
    return f"sqlite:///{path}"


def default_home() -> Path:
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "aboveloop"


def cache_folder() -> Path:
    """Where lies what can be made anew: `ABOVELOOP_CACHE`, else the user's cache."""
    named = os.environ.get("ABOVELOOP_CACHE", "")
    base = os.environ.get("XDG_CACHE_HOME", "")
    return Path(named) if named else (Path(base) if base else Path.home() / ".cache") / "aboveloop"


def shared_folder() -> Path | None:
    """The folder of shared data for tests and benches, or None where it is missing."""
    named = os.environ.get("ABOVELOOP_SHARED")
    path = Path(named) if named else Path(__file__).resolve().parents[3].parent / "shared"
    return path if path.is_dir() else None
