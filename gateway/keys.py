"""Where the keys that tokens are checked against come from."""

import asyncio
import time
from collections.abc import Callable
from typing import Final, Protocol

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from shared.http.problems import Unavailable

ASYMMETRIC: Final = frozenset({"RSA", "EC", "OKP"})


class KeyUnknown(Exception):
    """The issuer has no such key."""


class KeysUnavailable(Unavailable):
    """The issuer's keys have never been read and cannot be read now, so nobody can be identified."""

    code = "keys-unavailable"


class KeySource(Protocol):
    """Public keys of an issuer, by key id."""

    async def key(self, kid: str | None) -> Key:
        """The key with this id; KeyUnknown or KeysUnavailable when there is none."""

    async def ready(self) -> bool:
        """Whether any key is at hand."""


class LocalKeys:
    """The keys of the issuer in this very process."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    async def key(self, kid: str | None) -> Key:
        """The key with this id."""
        return _pick(self._keys, kid)

    async def ready(self) -> bool:
        """Always: the keys are in memory."""
        return True


class RemoteJwks:
    """The keys an issuer publishes (RFC 7517), kept in memory.

    Read again when they are older than `max_age` seconds or a token names an unknown key, by one reader at a
    time and at most once in `min_interval` seconds. When the issuer does not answer, the last keys read go on
    serving.
    """

    def __init__(
        self,
        url: str,
        client: httpx.AsyncClient,
        *,
        min_interval: float = 10,
        max_age: float = 600,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._client = client
        self._min_interval = min_interval
        self._max_age = max_age
        self._monotonic = monotonic
        self._keys: KeySet | None = None
        self._tried = float("-inf")
        self._read = float("-inf")
        self._one_reader = asyncio.Lock()

    async def key(self, kid: str | None) -> Key:
        """The key with this id, read from the issuer when it is not at hand."""
        if self._keys is None or self._monotonic() - self._read > self._max_age:
            await self._refresh()
        try:
            return self._known(kid)
        except KeyUnknown:
            await self._refresh()
            return self._known(kid)

    async def ready(self) -> bool:
        """Whether the issuer's keys were ever read; tries to read them when not."""
        if self._keys is None:
            await self._refresh()
        return self._keys is not None

    def _known(self, kid: str | None) -> Key:
        if self._keys is None:
            raise KeysUnavailable
        return _pick(self._keys, kid)

    async def _refresh(self) -> None:
        async with self._one_reader:
            if self._monotonic() - self._tried < self._min_interval:
                return
            self._tried = self._monotonic()
            try:
                answer = (await self._client.get(self._url)).raise_for_status()
                self._keys = _public(KeySet.import_key_set(answer.json()))
                self._read = self._tried
            except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError):
                return


def _public(keys: KeySet) -> KeySet:
    """The keys that may check a signature; a shared secret that slipped into a published set may not."""
    return KeySet([key for key in keys if key.key_type in ASYMMETRIC])


def _pick(keys: KeySet, kid: str | None) -> Key:
    try:
        return keys.get_by_kid(kid)
    except JoseError as error:
        raise KeyUnknown from error
