"""Keys that an outside issuer publishes: when they are read, and what happens when it does not answer."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from gateway.keys import KeysUnavailable, KeyUnknown, RemoteJwks
from tests.gateway.world import client, served

FIRST, SECOND = (ECKey.generate_key("P-256", auto_kid=True) for _ in range(2))
SECRET = OctKey.generate_key(256, {"kid": "secret"})


class Issuer:
    """Publishes keys, counts who asks, and can fall silent."""

    def __init__(self) -> None:
        self.keys: list[Any] = [FIRST]
        self.asked = 0
        self.down = False
        self.time = 1000.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self.asked += 1
        document = {"keys": [key.as_dict(private=key is SECRET) for key in self.keys]}
        await JSONResponse(document, 500 if self.down else 200)(scope, receive, send)


@pytest.fixture
async def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
async def keys(issuer: Issuer) -> AsyncIterator[RemoteJwks]:
    async with served(issuer) as url, client() as http:
        yield RemoteJwks(f"{url}/jwks", http, min_interval=10, max_age=600, monotonic=lambda: issuer.time)


async def test_keys_are_read_once_for_many_tokens(issuer: Issuer, keys: RemoteJwks) -> None:
    found = await asyncio.gather(*(keys.key(FIRST.kid) for _ in range(20)))

    assert {key.kid for key in found} == {FIRST.kid}
    assert issuer.asked == 1


async def test_a_new_key_is_found_when_a_token_names_it(issuer: Issuer, keys: RemoteJwks) -> None:
    await keys.key(FIRST.kid)
    issuer.keys, issuer.time = [FIRST, SECOND], issuer.time + 11

    found = await asyncio.gather(*(keys.key(SECOND.kid) for _ in range(20)))

    assert {key.kid for key in found} == {SECOND.kid}
    assert issuer.asked == 2


async def test_unknown_keys_do_not_make_the_gateway_pester_the_issuer(issuer: Issuer, keys: RemoteJwks) -> None:
    await keys.key(FIRST.kid)
    for number in range(20):
        with pytest.raises(KeyUnknown):
            await keys.key(f"invented-{number}")

    assert issuer.asked == 1


async def test_known_keys_go_on_serving_while_the_issuer_is_down(issuer: Issuer, keys: RemoteJwks) -> None:
    await keys.key(FIRST.kid)
    issuer.down, issuer.time = True, issuer.time + 6000

    assert (await keys.key(FIRST.kid)).kid == FIRST.kid
    assert issuer.asked == 2


async def test_a_withdrawn_key_is_forgotten_when_the_keys_are_old(issuer: Issuer, keys: RemoteJwks) -> None:
    await keys.key(FIRST.kid)
    issuer.keys, issuer.time = [SECOND], issuer.time + 601

    with pytest.raises(KeyUnknown):
        await keys.key(FIRST.kid)


async def test_without_any_keys_nobody_can_be_identified(issuer: Issuer, keys: RemoteJwks) -> None:
    issuer.down = True
    with pytest.raises(KeysUnavailable) as down:
        await keys.key(FIRST.kid)

    assert int(down.value.headers["Retry-After"]) > 0
    assert not await keys.ready()


async def test_a_published_secret_checks_no_signature(issuer: Issuer, keys: RemoteJwks) -> None:
    issuer.keys = [SECRET, FIRST]
    with pytest.raises(KeyUnknown):
        await keys.key("secret")


async def test_an_issuer_that_is_not_there_is_as_one_that_is_down() -> None:
    async with client() as http:
        with pytest.raises(KeysUnavailable):
            await RemoteJwks("http://127.0.0.1:1/jwks", http).key("any")
