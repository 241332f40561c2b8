"""Tokens of programs: shown once, kept as a hash, never for more than a person may, until they end."""

from collections.abc import Collection
from datetime import timedelta

import pytest

from aboveloop.app.doors import Doorkeeper, NotSignedIn
from aboveloop.app.identity import tokens
from aboveloop.app.identity.errors import ScopeRefused, TokenEnded, TokenMisdescribed, TokenNotFound
from aboveloop.app.identity.tokens import Minted, Token, Wish
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import Person, person_of
from api.open_house import house, operation, template, understands

__all__ = ["house", "operation", "template", "understands"]


def who(house: Stage, person_id: str) -> Person:
    return person_of(house.operation, person_id)


def make(
    house: Stage,
    owner: str,
    scopes: Collection[str],
    *,
    by: str | None,
    days: float = 30,
    name: str = "the night shift",
) -> Minted:
    wish = Wish(who(house, owner), name, scopes, timedelta(days=days))
    with house.database.write() as tx:
        maker = None if by is None else who(house, by)
        return tokens.create(tx, house.ledger, wish, by=maker, now=house.clock.now())


def end(house: Stage, token: Token, by: str | None) -> Token:
    with house.database.write() as tx:
        maker = None if by is None else who(house, by)
        return tokens.revoke(tx, house.ledger, token.id, by=maker, now=house.clock.now())


def test_a_token_acts_for_its_owner_with_its_scopes_alone(house: Stage) -> None:
    minted = make(house, "noor", ["read_cases", "pause"], by="noor")
    visitor = Doorkeeper(house).program(minted.text)
    assert (visitor.person.id, visitor.person.may) == ("noor", {"read_cases", "pause"})


def test_the_database_and_the_ledger_hold_no_token(house: Stage) -> None:
    minted = make(house, "noor", ["audit"], by="noor")
    assert minted.text.startswith("abl_")
    database = (house.settings.home / "aboveloop.db").read_bytes() + (
        house.settings.home / "aboveloop.db-wal"
    ).read_bytes()
    assert minted.text.encode() not in database and minted.token.id.encode() in database
    with house.database.read() as reader:
        (entry,) = house.ledger.find(reader, kind="TokenCreated")
    assert (entry.actor, entry.body["person"], entry.body["scopes"]) == ("person:noor", "noor", ["audit"])


@pytest.mark.parametrize(
    ("owner", "scopes", "by", "refusal"),
    [
        ("sanne", ["read_cases"], "sanne", MayNot),
        ("priya", ["approve"], "tomasz", MayNot),
        ("kofi", ["read_personal"], "kofi", ScopeRefused),
        ("priya", ["pause", "erase"], None, ScopeRefused),
        ("adaeze", ["erase"], "noor", ScopeRefused),
        ("noor", ["fly"], "noor", TokenMisdescribed),
        ("noor", [], "noor", TokenMisdescribed),
    ],
)
def test_nobody_makes_a_token_for_more_than_they_and_its_owner_may(
    house: Stage, owner: str, scopes: list[str], by: str | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        make(house, owner, scopes, by=by)
    with house.database.read() as reader:
        assert tokens.list_tokens(reader) == []


@pytest.mark.parametrize(("days", "name"), [(0, "x"), (-1, "x"), (367, "x"), (30, "  ")])
def test_a_token_has_a_name_and_an_end(house: Stage, days: float, name: str) -> None:
    with pytest.raises(TokenMisdescribed):
        make(house, "noor", ["audit"], by="noor", days=days, name=name)


def test_who_manages_people_makes_and_revokes_tokens_for_them(house: Stage) -> None:
    minted = make(house, "priya", ["approve", "read_personal"], by="noor")
    assert end(house, minted.token, "noor").state(house.clock.now()) == "revoked"


def test_a_token_ends_by_itself(house: Stage) -> None:
    minted = make(house, "noor", ["audit"], by="noor", days=1)
    house.clock.advance(timedelta(days=1))
    with pytest.raises(NotSignedIn, match="too old"):
        Doorkeeper(house).program(minted.text)
    with house.database.read() as reader:
        assert tokens.find(reader, minted.token.id).state(house.clock.now()) == "ended"


def test_a_revoked_token_opens_nothing_and_is_revoked_once(house: Stage) -> None:
    minted = make(house, "noor", ["audit"], by="noor")
    with pytest.raises(MayNot):
        end(house, minted.token, "tomasz")
    end(house, minted.token, "noor")
    with pytest.raises(NotSignedIn, match="revoked"):
        Doorkeeper(house).program(minted.text)
    with pytest.raises(TokenEnded):
        end(house, minted.token, None)


@pytest.mark.parametrize("text", ["", "abl_", "abl_nonsense", "nonsense", "abl_\ud800"])
def test_what_is_no_token_opens_nothing(house: Stage, text: str) -> None:
    make(house, "noor", ["audit"], by="noor")
    with pytest.raises(NotSignedIn):
        Doorkeeper(house).program(text)


def test_a_token_that_does_not_exist_is_not_found(house: Stage) -> None:
    with house.database.read() as reader, pytest.raises(TokenNotFound):
        tokens.find(reader, "token_none")


def test_when_a_token_was_used_is_known_to_five_minutes(house: Stage) -> None:
    minted = make(house, "noor", ["audit"], by="noor")
    doors = Doorkeeper(house)

    def used() -> object:
        with house.database.read() as reader:
            return tokens.find(reader, minted.token.id).last_used_at

    assert used() is None
    first = house.clock.now()
    doors.program(minted.text)
    house.clock.advance(timedelta(minutes=4))
    doors.program(minted.text)
    assert used() == first
    house.clock.advance(timedelta(minutes=1))
    doors.program(minted.text)
    assert used() == house.clock.now()


def test_tokens_are_listed_by_person_the_newest_first(house: Stage) -> None:
    first = make(house, "noor", ["audit"], by="noor").token
    house.clock.advance(timedelta(hours=1))
    second = make(house, "priya", ["approve"], by=None).token
    with house.database.read() as reader:
        assert [each.id for each in tokens.list_tokens(reader)] == [second.id, first.id]
        assert [each.id for each in tokens.list_tokens(reader, "noor")] == [first.id]
    assert first.as_json(house.clock.now())["state"] == "works"
