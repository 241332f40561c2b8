"""The entrance: how people prove who they are. By password, by an invitation to set one, or at an identity provider."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from aboveloop.app import store as spent
from aboveloop.app.doors import Doorkeeper, LinkNotUsable, Visitor
from aboveloop.app.identity import passwords
from aboveloop.app.identity.accounts import Account, Accounts, account_of, kept_password
from aboveloop.app.identity.attempts import Attempts
from aboveloop.app.identity.errors import SignInRefused
from aboveloop.app.identity.openid import known_by
from aboveloop.app.identity.store import locked_keys
from aboveloop.connect.openid.errors import ProviderMisconfigured, ProviderRefused
from aboveloop.connect.openid.provider import Flow, OpenIdProvider
from aboveloop.govern.people import Person, people_of, person_of
from aboveloop.kit.clock import from_micros, to_micros
from aboveloop.kit.database import Reader

# An invitation travels by mail or hand and is taken up the next working day.
INVITATION_LASTS = timedelta(days=3)
# As long as somebody needs at their identity provider, with the second factor in another room.
FLOW_LASTS = timedelta(minutes=10)
FLOW_COOKIE = "aboveloop_provider"
WRONG = "The name or the password is not right, or there is no password yet. Ask for an invitation to set one."


class Entrance:
    """One for a request. `doorkeeper` makes the sessions."""

    def __init__(self, doorkeeper: Doorkeeper) -> None:
        self._doors = doorkeeper
        self._premises = doorkeeper.premises
        self._attempts = Attempts(doorkeeper.secret)
        self._accounts = Accounts(self._premises.ledger)

    # --- passwords

    def sign_in(self, name: str, password: str, address: str) -> str:
        """A session token. `name` is an id or an e-mail address. Raises SignInRefused and TooManyAttempts, alike
        whether there is such a person or not."""
        person = self._named(name)
        if not self._is_right(name, person, password, address):
            raise SignInRefused(WRONG)
        assert person is not None, "only a person's password is right"
        return self._doors.let_in(person.id, by="password")

    def change_password(self, visitor: Visitor, old: str, new: str, again: str, address: str) -> str:
        """A fresh session token; every other session of the person is over. Raises as `sign_in` and PasswordUnfit."""
        person = visitor.person
        passwords.check_fit(new, person, again)
        if not self._is_right(person.id, person, old, address):
            raise SignInRefused("The password that you have now is not right. Nothing was changed.")
        with self._premises.database.write() as tx:
            self._accounts.set_password(tx, person, new, how="changed", now=self._now())
        return self._doors.let_in(person.id, by="password")

    def _named(self, name: str) -> Person | None:
        """The person with this id or e-mail address."""
        wanted = name.strip().casefold()
        people = people_of(self._premises.current())
        for spec in self._premises.current().about.people:
            if wanted and wanted in (spec.id, (spec.email or "").casefold()):
                return people[spec.id]
        return None

    def _is_right(self, name: str, person: Person | None, password: str, address: str) -> bool:
        """Compare, with the same work for everybody. Raises TooManyAttempts."""
        now = self._now()
        # By what was typed: counting a person's two names together would tell that both are theirs.
        with self._premises.database.write() as tx:
            self._attempts.begin(tx, name, address, now)
            kept = None if person is None else kept_password(tx, person.id)
            blocked = person is not None and account_of(tx, person.id).is_blocked
        right = passwords.holds(password, kept) and not blocked
        if right and person is not None:
            with self._premises.database.write() as tx:
                self._attempts.succeeded(tx, name, address, now)
                if kept is not None and passwords.is_outdated(kept):
                    self._accounts.renew_hash(tx, person, password)
        return right

    # --- invitations

    def invite(self, person_id: str, *, by: Person | None) -> str:
        """A token for `/sign-in/invitation/TOKEN`: good once, for three days, until a password is set.

        `by` is None for who commands the machine. Raises PersonUnknown, MayNot, AccountBlocked.
        """
        person = person_of(self._premises.current(), person_id)
        with self._premises.database.write() as tx:
            self._accounts.note_invited(tx, person, by=by, now=self._now())
            mark = _mark(account_of(tx, person.id))
        return self._doors.seal("invitation", person.id, INVITATION_LASTS, mark=mark)

    def invited(self, token: str) -> Person:
        """Whom it invites; looking does not use it. Raises LinkNotUsable."""
        opened = self._doors.unseal("invitation", token)
        if opened is not None and self._now() < opened.until:
            people = people_of(self._premises.current())
            with self._premises.database.read() as reader:
                account = account_of(reader, opened.person_id)
            if opened.person_id in people and not account.is_blocked and _mark(account) == opened.mark:
                return people[opened.person_id]
        raise LinkNotUsable("This invitation was used or is too old. Ask for a new one.")

    def accept(self, token: str, password: str, again: str) -> str:
        """Set the password and give a session token. Raises LinkNotUsable and PasswordUnfit."""
        person = self.invited(token)
        passwords.check_fit(password, person, again)
        opened = self._doors.unseal("invitation", token)
        assert opened is not None, "what invites somebody can be opened"
        now = self._now()
        with self._premises.database.write() as tx:
            spent.forget_spent(tx, now)
            if not spent.spend(tx, opened.nonce, opened.until):
                raise LinkNotUsable("This invitation was used in this moment. Ask for a new one.")
            self._accounts.set_password(tx, person, password, how="invitation", now=now)
        return self._doors.let_in(person.id, by="invitation")

    # --- people who manage people, and oneself

    def end_sessions(self, person_id: str, *, by: Person | None) -> Account:
        """Sign out everywhere. Raises PersonUnknown and MayNot."""
        person = person_of(self._premises.current(), person_id)
        with self._premises.database.write() as tx:
            return self._accounts.end_sessions(tx, person, by=by, now=self._now())

    def block(self, person_id: str, *, by: Person | None) -> Account:
        person = person_of(self._premises.current(), person_id)
        with self._premises.database.write() as tx:
            return self._accounts.block(tx, person, by=by, now=self._now())

    def unblock(self, person_id: str, *, by: Person | None) -> Account:
        person = person_of(self._premises.current(), person_id)
        with self._premises.database.write() as tx:
            return self._accounts.unblock(tx, person, by=by, now=self._now())

    def unlock(self, person_id: str, *, by: Person | None) -> None:
        """Let the person try again at once. Raises PersonUnknown and MayNot."""
        person = person_of(self._premises.current(), person_id)
        with self._premises.database.write() as tx:
            self._accounts.note_unlocked(tx, person, by=by, now=self._now())
            self._attempts.forgive(tx, self._names(person))

    def locked(self, reader: Reader) -> frozenset[str]:
        """The ids of the people under one of whose names it was tried too often."""
        keys = locked_keys(reader, self._now())
        people = people_of(self._premises.current()).values()
        return frozenset(
            person.id for person in people if any(self._attempts.key_of(name) in keys for name in self._names(person))
        )

    def _names(self, person: Person) -> list[str]:
        """What this person may type: their id and their e-mail address."""
        specs = self._premises.current().about.people
        return [person.id, *(spec.email for spec in specs if spec.id == person.id and spec.email)]

    # --- identity providers

    def begin(self, redirect_uri: str, back: str) -> tuple[str, str]:
        """Where to send the person, and what their browser keeps until they are back.

        Raises ProviderMisconfigured and ProviderUnreachable.
        """
        flow = Flow(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), redirect_uri)
        kept = {
            "state": flow.state,
            "nonce": flow.nonce,
            "verifier": flow.verifier,
            "redirect_uri": redirect_uri,
            "back": back,
            "until": to_micros(self._now() + FLOW_LASTS),
        }
        return self._provider().authorization_url(flow), str(self._serializer().dumps(kept))

    def finish(self, kept: str | None, code: str, state: str) -> tuple[str, str]:
        """A session token and the page that was wanted. Raises ProviderRefused, ProviderUnreachable, NobodyHere."""
        told = self._kept(kept)
        if not hmac.compare_digest(str(told["state"]).encode(), state.encode("utf-8", "replace")):
            raise ProviderRefused("This answer of the identity provider belongs to another sign-in. Sign in again.")
        flow = Flow(told["state"], told["nonce"], told["verifier"], told["redirect_uri"])
        now = self._now()
        with self._premises.database.write() as tx:
            spent.forget_spent(tx, now)
            if not spent.spend(tx, f"flow:{flow.state}", from_micros(told["until"])):
                raise ProviderRefused("This answer of the identity provider was used before. Sign in again.")
        claims = self._provider().claims(code, flow, now)
        known = known_by(self._premises.current(), claims)
        session = self._doors.let_in(known.person_id, by="identity provider", roles=known.roles)
        return session, str(told["back"])

    def _kept(self, kept: str | None) -> dict[str, Any]:
        try:
            told: dict[str, Any] = self._serializer().loads(kept or "")
        except BadSignature as error:
            raise ProviderRefused("This browser has begun no sign-in here. Sign in again.") from error
        if self._now() >= from_micros(told["until"]):
            raise ProviderRefused("The sign-in took too long. Begin it again.")
        return told

    def _provider(self) -> OpenIdProvider:
        if self._doors.provider is None:
            raise ProviderMisconfigured("No identity provider is set up here: set ABOVELOOP_OIDC_ISSUER.")
        return self._doors.provider

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._doors.secret, salt="aboveloop/provider", signer_kwargs={"key_derivation": "hmac"}
        )

    def _now(self) -> datetime:
        return self._premises.house.clock.now()


def _mark(account: Account) -> int:
    """Changes with the password: an invitation from before is over."""
    return 0 if account.password_set_at is None else to_micros(account.password_set_at)
