"""An OpenID Connect provider over a real socket: discovery, keys, authorization codes with PKCE, signed ID tokens.

It can be told to misbehave, one thing at a time.
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "aboveloop", "s3cret"


@dataclass
class Provider:
    """What the server knows, and how it is told to misbehave."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "u-1", "email": "signe@larkspur.example"})
    wrong: str = ""
    confidential: bool = True
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    now: float | None = None

    def rotate(self) -> None:
        """Sign with a new key from now on, and publish only that one."""
        self.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig", "alg": "RS256"})

    def token(self, nonce: str) -> str:
        now = int(self.now if self.now is not None else time.time())
        claims = {
            "iss": "https://elsewhere.example" if self.wrong == "issuer" else self.url,
            "aud": "another-client" if self.wrong == "audience" else CLIENT,
            "nonce": "other" if self.wrong == "nonce" else nonce,
            "iat": now,
            "exp": now - 3600 if self.wrong == "expired" else now + 300,
            **self.claims,
        }
        header = {"alg": "RS256", "kid": self.key.kid}
        if self.wrong == "unsigned":
            parts = [
                base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in ({"alg": "none"}, claims)
            ]
            return b".".join([*parts, b""]).decode()
        if self.wrong == "shared secret":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET * 8))
        if self.wrong == "forged":
            return jwt.encode(header, claims, RSAKey.generate_key(2048, {"kid": "one"}))
        return jwt.encode(header, claims, self.key)


def answer(provider: Provider, path: str, query: dict[str, str], headers: dict[str, str]) -> tuple[int, Any]:
    """Status and JSON, or status 302 and an address."""
    match path:
        case "/.well-known/openid-configuration":
            if provider.wrong == "down":
                return 503, {}
            told = {
                "issuer": "https://elsewhere.example" if provider.wrong == "discovery" else provider.url,
                "authorization_endpoint": f"{provider.url}/authorize",
                "token_endpoint": f"{provider.url}/token",
                "jwks_uri": "http://192.0.2.1/keys" if provider.wrong == "plain keys" else f"{provider.url}/keys",
            }
            return 200, {} if provider.wrong == "empty" else told
        case "/keys":
            return 200, {"keys": [provider.key.as_dict(private=False)]}
        case "/authorize":
            assert query["response_type"] == "code" and query["client_id"] == CLIENT
            assert query["code_challenge_method"] == "S256" and "openid" in query["scope"].split()
            code = f"code-{len(provider.codes)}"
            provider.codes[code] = query
            return 302, f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        case "/token":
            return exchanged(provider, query, headers)
    return 404, {}


def exchanged(provider: Provider, sent: dict[str, str], headers: dict[str, str]) -> tuple[int, Any]:
    asked = provider.codes.pop(sent.get("code", ""), None)
    basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest()).rstrip(b"=")
    if asked is None or sent["redirect_uri"] != asked["redirect_uri"] or challenge.decode() != asked["code_challenge"]:
        return 400, {"error": "invalid_grant"}
    if provider.confidential and headers.get("Authorization") != basic:
        return 401, {"error": "invalid_client"}
    body = {"access_token": "at", "token_type": "Bearer", "id_token": provider.token(asked["nonce"])}
    if provider.wrong == "no token":
        del body["id_token"]
    return 200, body


@contextmanager
def serving() -> Iterator[Provider]:
    """The provider at work on a port of this machine."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _reply(self, text: str) -> None:
            path = urlsplit(self.path).path
            provider.asked.append(path)
            query = {name: values[0] for name, values in parse_qs(text).items()}
            status, told = answer(provider, path, query, dict(self.headers))
            body = b"" if status == 302 else json.dumps(told).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", told)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
