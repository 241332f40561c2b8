"""One identity provider: where to send people, and who came back, from an ID token that it signed for us."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from aboveloop.connect.openid.errors import ProviderMisconfigured, ProviderRefused, ProviderUnreachable
from aboveloop.kit.settings import IdentityProvider

# Signed by a key that only the provider has: never by a shared secret, never unsigned.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
SCOPE = "openid email profile"
TIMEOUT_SECONDS = 10.0
# Clocks of two machines differ by less.
LEEWAY_SECONDS = 60
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Endpoints:
    """What discovery says."""

    issuer: str
    authorization: str
    token: str
    keys: str


@dataclass(frozen=True)
class Flow:
    """One sign-in under way: what must come back as it went."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


class OpenIdProvider:
    """Reached over HTTPS. Threads may share it; discovery and keys are kept, and keys read anew when one is unknown."""

    def __init__(self, settings: IdentityProvider) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._endpoints: Endpoints | None = None
        self._keys: KeySet | None = None
        _check_address(settings.issuer)

    @property
    def issuer(self) -> str:
        return self._settings.issuer

    def authorization_url(self, flow: Flow) -> str:
        """Where to send the person. Raises ProviderUnreachable."""
        with self._client(flow) as client:
            url, _ = client.create_authorization_url(
                self._discovered().authorization, state=flow.state, code_verifier=flow.verifier, nonce=flow.nonce
            )
        return str(url)

    def claims(self, code: str, flow: Flow, now: datetime) -> Mapping[str, Any]:
        """Who came back with this code. Raises ProviderUnreachable and ProviderRefused."""
        token = self._token(code, flow)
        text = token.get("id_token")
        if not isinstance(text, str):
            raise ProviderRefused("The identity provider gave no ID token. Ask for the scope openid at its side.")
        decoded = self._decoded(text)
        expected = {
            "iss": {"essential": True, "value": self._discovered().issuer},
            "aud": {"essential": True, "value": self._settings.client_id},
        }
        params = {
            "nonce": flow.nonce,
            "client_id": self._settings.client_id,
            "access_token": token.get("access_token"),
        }
        claims = CodeIDToken(decoded.claims, decoded.header, expected, params)
        try:
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
        except JoseError as error:
            raise ProviderRefused(f"The ID token does not hold ({error}). Sign in again.") from error
        return dict(claims)

    def _token(self, code: str, flow: Flow) -> Mapping[str, Any]:
        try:
            with self._client(flow) as client:
                found = client.fetch_token(self._discovered().token, code=code, code_verifier=flow.verifier)
        except OAuthError as error:
            raise ProviderRefused(f"The identity provider refused the code ({error.error}). Sign in again.") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise _unreachable(self.issuer, error) from error
        return dict(found)

    def _decoded(self, text: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        for anew in (False, True):
            try:
                return jwt.decode(text, key=self._key_set(anew=anew), registry=registry)
            except (JoseError, ValueError) as error:
                # Keys are rotated: one that is not known yet is looked for once.
                if anew:
                    raise ProviderRefused(
                        "The ID token is not signed by the identity provider. Sign in again."
                    ) from error
        raise AssertionError("the loop returns or raises")

    def _key_set(self, *, anew: bool) -> KeySet:
        with self._lock:
            known = self._keys
        if known is not None and not anew:
            return known
        found = self._json(self._discovered().keys)
        try:
            keys = KeySet.import_key_set(found)  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderUnreachable(
                f"The keys of {self.issuer} cannot be read. Try again, or tell its owner."
            ) from error
        with self._lock:
            self._keys = keys
        return keys

    def _discovered(self) -> Endpoints:
        with self._lock:
            known = self._endpoints
        if known is not None:
            return known
        told = self._json(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        try:
            found = Endpoints(
                *(str(told[key]) for key in ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"))
            )
        except KeyError as error:
            raise ProviderUnreachable(f"The description of {self.issuer} lacks {error}. Check the address.") from error
        if found.issuer.rstrip("/") != self.issuer.rstrip("/"):
            raise ProviderRefused(
                f"{self.issuer} says that it is {found.issuer}. Set ABOVELOOP_OIDC_ISSUER to what it says."
            )
        for address in (found.authorization, found.token, found.keys):
            _check_address(address)
        with self._lock:
            self._endpoints = found
        return found

    def _json(self, url: str) -> Mapping[str, Any]:
        try:
            answer = httpx2.get(url, timeout=TIMEOUT_SECONDS)
            answer.raise_for_status()
            told = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise _unreachable(self.issuer, error) from error
        if not isinstance(told, dict):
            raise ProviderUnreachable(f"{self.issuer} answers with something else than expected. Check the address.")
        return told

    def _client(self, flow: Flow) -> OAuth2Client:
        secret = self._settings.client_secret
        return OAuth2Client(
            client_id=self._settings.client_id,
            client_secret=secret,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope=SCOPE,
            redirect_uri=flow.redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT_SECONDS,
        )


def _check_address(url: str) -> None:
    """Raises ProviderMisconfigured where others could listen."""
    parts = urlsplit(url)
    is_local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.scheme == "https" and parts.hostname) and not is_local:
        raise ProviderMisconfigured(
            f"The identity provider {url!r} is not reached by https. Set ABOVELOOP_OIDC_ISSUER."
        )


def _unreachable(issuer: str, error: Exception) -> ProviderUnreachable:
    return ProviderUnreachable(
        f"The identity provider {issuer} does not answer as it should ({type(error).__name__}). Try again in a moment."
    )
