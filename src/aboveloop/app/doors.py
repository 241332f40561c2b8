"""Who stands at the doors: sign-in, sessions, bearer tokens and one-time links, without any web framework.

Tokens are signed with a secret of this home, say who and until when, and can be spent; what a person may do is not in
them but in the operation that is deployed now.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from itsdangerous import BadSignature, URLSafeSerializer

from aboveloop.app import store
from aboveloop.app.identity import tokens
from aboveloop.app.identity.accounts import account_of
from aboveloop.app.premises import Premises
from aboveloop.connect.openid.provider import OpenIdProvider
from aboveloop.govern.errors import PersonUnknown
from aboveloop.govern.people import Person, people_of, person_of
from aboveloop.kit.clock import from_micros, to_micros
from aboveloop.kit.errors import AboveloopError, Conflict, NotPermitted, WrongUsage
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE

SECRET = "session"
COOKIE = "aboveloop_session"
# A working day with its breaks: people sign in once in the morning.
SESSION_LASTS = timedelta(hours=12)
# Long enough to be read and opened on the other device, too short to be found in a mailbox.
LINK_LASTS = timedelta(minutes=15)

Kind = Literal["session", "link", "invitation"]


class NotSignedIn(AboveloopError):
    """Nobody known stands at this door."""

    http_status = 401


class LinkNotUsable(Conflict):
    """The sign-in link was used or is too old."""


class ForgeryRefused(NotPermitted):
    """The request does not come from a page of this site."""


@dataclass(frozen=True)
class Visitor:
    """A person who has signed in. `nonce` names the token by which they did; `is_program`: a program acts for them."""

    person: Person
    nonce: str
    until: datetime
    is_program: bool = False


@dataclass(frozen=True)
class Sealed:
    """What a signed token says: whom it is for, its own name, until when. `epoch` and `roles` are a session's; `mark`
    is whatever must still be so when it is used."""

    person_id: str
    nonce: str
    until: datetime
    epoch: int = 0
    roles: tuple[str, ...] = ()
    mark: int = 0


class Doorkeeper:
    """Lets people in. `trusted`: whoever reaches the site may be anybody; only for a site on this machine alone."""

    def __init__(self, premises: Premises, *, trusted: bool = False, provider: OpenIdProvider | None = None) -> None:
        self.premises = premises
        self.trusted = trusted
        self.provider = provider
        self.secret = premises.settings.secret(SECRET)

    def people(self) -> list[Person]:
        """Everybody of the operation, for the trusted sign-in page. Raises NotPermitted where it is not trusted."""
        self._must_trust()
        return list(people_of(self.premises.current()).values())

    def sign_in_trusted(self, person_id: str) -> str:
        """A session token without any proof. Raises NotPermitted where the site is not trusted, PersonUnknown."""
        self._must_trust()
        return self.let_in(person_id, by="trusted machine")

    def link_for(self, person_id: str) -> str:
        """A token for `/sign-in/link/TOKEN`: good once, for fifteen minutes. Raises PersonUnknown."""
        return self.seal("link", person_of(self.premises.current(), person_id).id, LINK_LASTS)

    def bearer_for(self, person_id: str, scopes: Collection[str] | None = None) -> str:
        """A token for `Authorization: Bearer TOKEN`, for programs that act for a person, with all that they may do or
        with `scopes`. For who commands the machine. Raises PersonUnknown, ScopeRefused."""
        person = person_of(self.premises.current(), person_id)
        wish = tokens.Wish(person, "made at the command line", person.may if scopes is None else scopes)
        with self.premises.database.write() as tx:
            return tokens.create(tx, self.premises.ledger, wish, by=None, now=self._now()).text

    def invited(self, link: str) -> Person:
        """Whom the link lets in; looking at it does not use it. Raises LinkNotUsable."""
        token = self.unseal("link", link)
        with self.premises.database.read() as reader:
            used = token is not None and store.is_spent(reader, token.nonce)
        if token is None or used or self._now() >= token.until:
            raise LinkNotUsable("This sign-in link was used or is too old. Ask for a new one: aboveloop person link.")
        return self._person(token.person_id)

    def accept_link(self, link: str) -> str:
        """Use the link up and give a session token. Raises LinkNotUsable."""
        person = self.invited(link)
        token = self.unseal("link", link)
        assert token is not None, "a link that invites somebody can be opened"
        with self.premises.database.write() as tx:
            store.forget_spent(tx, self._now())
            if not store.spend(tx, token.nonce, token.until):
                raise LinkNotUsable("This sign-in link was used in this moment. Ask for a new one.")
        return self.let_in(person.id, by="one-time link")

    def program(self, text: str) -> Visitor:
        """For whom a program acts, with no more rights than its token has. Raises NotSignedIn."""
        now = self._now()
        with self.premises.database.read() as reader:
            token = tokens.of_text(reader, text)
            blocked = token is not None and account_of(reader, token.person_id).is_blocked
        if token is None or blocked or token.state(now) != "works":
            raise NotSignedIn("This token is unknown, revoked or too old. Make a new one: aboveloop token create.")
        person = self._person(token.person_id).narrowed_to(token.scopes)
        if tokens.needs_touch(token, now):
            with self.premises.database.write() as tx:
                tokens.touch(tx, token, now)
        return Visitor(person, token.id, token.expires_at, is_program=True)

    def visitor(self, token: str | None) -> Visitor:
        """Who holds this session. Raises NotSignedIn with what to do."""
        opened = self.unseal("session", token) if token else None
        if opened is None or self._now() >= opened.until:
            raise NotSignedIn("Sign in first: there is no session, or it has ended.")
        with self.premises.database.read() as reader:
            if store.is_spent(reader, opened.nonce):
                raise NotSignedIn("You have signed out. Sign in again.")
            account = account_of(reader, opened.person_id)
        if account.is_blocked or account.epoch != opened.epoch:
            raise NotSignedIn("This session was ended. Sign in again.")
        return Visitor(self._person(opened.person_id, opened.roles), opened.nonce, opened.until)

    def sign_out(self, visitor: Visitor) -> None:
        """From now on the visitor's token opens nothing."""
        with self.premises.database.write() as tx:
            store.forget_spent(tx, self._now())
            store.spend(tx, visitor.nonce, visitor.until)

    def form_key(self, visitor: Visitor) -> str:
        """What every form of this visitor's pages carries, so that no other site can send one for them."""
        return hmac.new(self.secret, f"form:{visitor.nonce}".encode(), hashlib.sha256).hexdigest()

    def check_form_key(self, visitor: Visitor, given: str | None) -> None:
        """Raises ForgeryRefused."""
        if not hmac.compare_digest(self.form_key(visitor).encode(), (given or "").encode()):
            raise ForgeryRefused("This form was not made for your session. Load the page again and send it once more.")

    def let_in(self, person_id: str, *, by: str, roles: Collection[str] = ()) -> str:
        """A session token for somebody who has proved who they are. Raises PersonUnknown and AccountBlocked.

        `roles` are further ones that an identity provider vouches for; they last as long as the session.
        """
        person = person_of(self.premises.current(), person_id, further_roles=roles)
        body = {"by": by} | ({"roles": sorted(roles)} if roles else {})
        with self.premises.database.write() as tx:
            account = account_of(tx, person.id)
            account.demand_open()
            self.premises.ledger.append(
                tx, case_id=HOUSE, kind="PersonSignedIn", at=self._now(), actor=person.actor, body=body
            )
        return self.seal("session", person.id, SESSION_LASTS, epoch=account.epoch, roles=tuple(sorted(roles)))

    def seal(
        self,
        kind: Kind,
        person_id: str,
        lasts: timedelta,
        *,
        epoch: int = 0,
        roles: tuple[str, ...] = (),
        mark: int = 0,
    ) -> str:
        """A signed token with a name of its own."""
        content = {"p": person_id, "n": new_id("token"), "u": to_micros(self._now() + lasts)}
        more = {"e": epoch, "r": list(roles), "m": mark}
        return str(self._serializer(kind).dumps(content | {key: value for key, value in more.items() if value}))

    def unseal(self, kind: Kind, token: str) -> Sealed | None:
        """What the token says, also when it is too old or was spent; None where we have not signed it."""
        try:
            content = self._serializer(kind).loads(token)
        except BadSignature:
            return None
        until, roles = from_micros(content["u"]), tuple(content.get("r", ()))
        return Sealed(content["p"], content["n"], until, content.get("e", 0), roles, content.get("m", 0))

    def _serializer(self, kind: Kind) -> URLSafeSerializer:
        return URLSafeSerializer(
            self.secret,
            salt=f"aboveloop/{kind}",
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )

    def _person(self, person_id: str, roles: Collection[str] = ()) -> Person:
        try:
            return person_of(self.premises.current(), person_id, further_roles=roles)
        except PersonUnknown as error:
            raise NotSignedIn("You are no longer one of the people of this operation. Ask its owner.") from error

    def _must_trust(self) -> None:
        if not self.trusted:
            raise NotPermitted("Nobody signs in here without a link. Ask for one: aboveloop person link ID.")

    def _now(self) -> datetime:
        return self.premises.house.clock.now()


def is_loopback(host: str) -> bool:
    """True for names and addresses that only this machine can reach."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def check_trust(host: str, *, trusted: bool) -> None:
    """Raises WrongUsage when a trusted site would listen where others can reach it."""
    if trusted and not is_loopback(host):
        raise WrongUsage(
            f"A trusted site lets anybody in as anybody, so it listens on 127.0.0.1 alone, not on {host}. "
            "Serve without trust and make sign-in links with `aboveloop person link`."
        )
