"""Who we are to a store: from the environment or the keyring, and never in a text that somebody reads."""

from __future__ import annotations

import base64
import importlib
import importlib.util
import os
from collections.abc import Generator, Mapping
from urllib.parse import urlsplit

import httpx

from curagraph.problem import UsageError

USER, PASSWORD, TOKEN = "CURAGRAPH_USER", "CURAGRAPH_PASSWORD", "CURAGRAPH_TOKEN"


class Credentials(httpx.Auth):
    """Nobody, a user with a password, or the bearer of a token.

    A password is sent when the store has asked for it, as Basic or Digest as it wants; a token is sent at once.

    >>> Credentials("ann", "secret")
    Credentials of 'ann'
    """

    def __init__(self, user: str = "", password: str = "", token: str = "") -> None:
        self.user = user
        self._password = password
        self._token = token
        self._scheme: httpx.Auth | None = None

    def __repr__(self) -> str:
        return f"Credentials of {self.user!r}"

    @classmethod
    def found(cls, endpoint: str, user: str = "", environment: Mapping[str, str] = os.environ) -> Credentials:
        """Those of the environment, else the password that the keyring has for a user at an endpoint.

        Raises `UsageError` where what there is does not go together.
        """
        user = user or environment.get(USER, "")
        password, token = environment.get(PASSWORD, ""), environment.get(TOKEN, "")
        if token and (user or password):
            raise UsageError(f"{TOKEN} is set, and a user or password too; take one of the two")
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise UsageError(f"{TOKEN} wants a token on one line, of ASCII characters and without spaces")
        if password and not user:
            raise UsageError(f"{PASSWORD} is set and no user; set {USER}, or say --user NAME")
        if user and not password:
            password = _from_keyring(service(endpoint), user)
        return cls(user, password, token)

    def hidden(self, text: str) -> str:
        """A text without the password or token, should a store have repeated it, or the header that holds it."""
        encoded = base64.b64encode(f"{self.user}:{self._password}".encode()).decode() if self._password else ""
        for secret in (self._password, encoded, self._token):
            text = text.replace(secret, "...") if secret else text
        return text

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Answer what the store asks for. After the first time it is not waited for."""
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        if self._scheme is None:
            response = yield request
            if response.status_code not in (401, 403) or not self.user:
                return
            wanted = response.headers.get("www-authenticate", "").lower()
            kind = httpx.DigestAuth if wanted.startswith("digest") else httpx.BasicAuth
            self._scheme = kind(self.user, self._password)
        yield from self._scheme.auth_flow(request)


def service(endpoint: str) -> str:
    """The name under which the keyring has the passwords of a store.

    >>> service("https://store.example.org:8890/sparql")
    'curagraph https://store.example.org:8890'
    """
    place = urlsplit(endpoint)
    return f"curagraph {place.scheme}://{place.netloc}"


def _from_keyring(service: str, user: str) -> str:
    """The password of a user. Raises `UsageError` where there is none."""
    advice = f"there is no password for {user}: set {PASSWORD}"
    if importlib.util.find_spec("keyring") is None:
        raise UsageError(f"{advice}, or install the package keyring")
    keyring = importlib.import_module("keyring")
    errors = importlib.import_module("keyring.errors")
    try:
        found = keyring.get_password(service, user)
    except errors.KeyringError as error:
        raise UsageError(f"{advice}; the keyring cannot be asked: {error}") from None
    if not found:
        raise UsageError(f"{advice}, or `keyring set '{service}' {user}`")
    return str(found)
