"""An identity provider over real sockets: who comes back is believed only with a token signed for this very sign-in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from aboveloop.connect.openid.errors import ProviderMisconfigured, ProviderRefused, ProviderUnreachable
from aboveloop.connect.openid.provider import Flow, OpenIdProvider
from aboveloop.kit.settings import IdentityProvider
from connect.identity_server import CLIENT, SECRET, Provider, serving

FLOW = Flow("the-state", "the-nonce", "v" * 64, "http://127.0.0.1:8400/sign-in/provider/return")


@pytest.fixture
def server() -> Iterator[Provider]:
    with serving() as provider:
        yield provider


def known(server: Provider, secret: str | None = SECRET) -> OpenIdProvider:
    return OpenIdProvider(IdentityProvider(server.url, CLIENT, secret))


def code_from(provider: OpenIdProvider, flow: Flow = FLOW) -> str:
    """What the browser brings back."""
    answer = httpx2.get(provider.authorization_url(flow))
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["state"] == [flow.state]
    return query["code"][0]


def now() -> datetime:
    return datetime.now(UTC)


def test_who_signs_in_comes_back_with_signed_claims(server: Provider) -> None:
    provider = known(server)
    claims = provider.claims(code_from(provider), FLOW, now())
    assert (claims["sub"], claims["email"], claims["aud"]) == ("u-1", "signe@larkspur.example", CLIENT)


def test_a_public_client_needs_no_secret(server: Provider) -> None:
    server.confidential = False
    provider = known(server, None)
    assert provider.claims(code_from(provider), FLOW, now())["sub"] == "u-1"


@pytest.mark.parametrize(
    "wrong",
    ["issuer", "audience", "nonce", "expired", "unsigned", "shared secret", "forged", "no token"],
)
def test_a_token_that_is_not_for_this_sign_in_lets_nobody_in(server: Provider, wrong: str) -> None:
    provider = known(server)
    code = code_from(provider)
    server.wrong = wrong
    with pytest.raises(ProviderRefused):
        provider.claims(code, FLOW, now())


def test_a_code_is_good_once_and_only_with_its_verifier_and_address(server: Provider) -> None:
    provider = known(server)
    code = code_from(provider)
    provider.claims(code, FLOW, now())
    with pytest.raises(ProviderRefused, match="invalid_grant"):
        provider.claims(code, FLOW, now())
    for other in (
        Flow("s", "the-nonce", "w" * 64, FLOW.redirect_uri),
        Flow("s", "the-nonce", FLOW.verifier, "http://x/"),
    ):
        with pytest.raises(ProviderRefused, match="invalid_grant"):
            provider.claims(code_from(provider), other, now())


def test_a_wrong_secret_is_refused(server: Provider) -> None:
    provider = known(server, "wrong")
    with pytest.raises(ProviderRefused, match="invalid_client"):
        provider.claims(code_from(provider), FLOW, now())


def test_a_new_key_of_the_provider_is_found(server: Provider) -> None:
    provider = known(server)
    provider.claims(code_from(provider), FLOW, now())
    server.rotate()
    assert provider.claims(code_from(provider), FLOW, now())["sub"] == "u-1"


def test_discovery_and_keys_are_asked_for_once(server: Provider) -> None:
    provider = known(server)
    for _ in range(3):
        provider.claims(code_from(provider), FLOW, now())
    assert server.asked.count("/.well-known/openid-configuration") == server.asked.count("/keys") == 1


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ("down", ProviderUnreachable),
        ("empty", ProviderUnreachable),
        ("discovery", ProviderRefused),
        ("plain keys", ProviderMisconfigured),
    ],
)
def test_a_provider_that_is_not_what_it_should_be_is_not_used(
    server: Provider, wrong: str, error: type[Exception]
) -> None:
    server.wrong = wrong
    with pytest.raises(error):
        known(server).authorization_url(FLOW)


def test_nobody_answering_is_said(server: Provider) -> None:
    with pytest.raises(ProviderUnreachable, match="does not answer"):
        OpenIdProvider(IdentityProvider("http://127.0.0.1:9", CLIENT, None)).authorization_url(FLOW)


@pytest.mark.parametrize("issuer", ["http://id.example", "ftp://id.example", "id.example", "https://"])
def test_an_issuer_that_others_could_stand_in_for_is_refused(issuer: str) -> None:
    with pytest.raises(ProviderMisconfigured, match="https"):
        OpenIdProvider(IdentityProvider(issuer, CLIENT, None))
