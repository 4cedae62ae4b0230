"""Which tokens are believed. Each refusal has a code of its own."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, OctKey, OKPKey, RSAKey

from gateway import identity
from gateway.errand import Errand
from gateway.identity import Identity
from gateway.keys import LocalKeys
from gateway.problems import TokenForged, TokenMissing, TokenRefused
from shared.actor import Role
from shared.agencies import SANDBOX, read
from shared.clock import Clock
from shared.http.problems import Problem
from tests.gateway.world import CLIENT, World, problem

AGENCIES = read(SANDBOX)
EC = ECKey.generate_key("P-256", auto_kid=True)
RSA = RSAKey.generate_key(2048, auto_kid=True)
ED = OKPKey.generate_key("Ed25519", auto_kid=True)
STRANGER = ECKey.generate_key("P-256")
ISSUER = "https://issuer.example"


def now() -> int:
    return int(Clock().now().timestamp())


def claims(**changed: Any) -> dict[str, Any]:
    sound = {
        "iss": ISSUER,
        "aud": "sidus",
        "sub": "tamme",
        "iat": now(),
        "exp": now() + 600,
        "agency": "tamme",
        "officer": "mari.maasikas",
        "roles": ["case_manager"],
    }
    return {name: value for name, value in (sound | changed).items() if value is not None}


def token(key: Key = EC, alg: str = "ES256", typ: str = "at+jwt", kid: str | None = None, **changed: Any) -> str:
    header = {"alg": alg, "typ": typ, "kid": kid or key.kid}
    return jwt.encode(header, claims(**changed), key, algorithms=[alg])


def unsigned(alg: str) -> str:
    head = _encoded(json.dumps({"alg": alg, "typ": "at+jwt", "kid": EC.kid}).encode())
    return f"{head}.{_encoded(json.dumps(claims()).encode())}."


def confused() -> str:
    """Signed with HMAC, the secret being the issuer's public key."""
    head = _encoded(json.dumps({"alg": "HS256", "typ": "at+jwt", "kid": RSA.kid}).encode())
    signed = f"{head}.{_encoded(json.dumps(claims()).encode())}"
    return f"{signed}.{_encoded(hmac.digest(RSA.as_pem(private=False), signed.encode(), hashlib.sha256))}"


def tampered() -> str:
    head, _, signature = token().split(".")
    return f"{head}.{_encoded(json.dumps(claims(roles=['supervisor'])).encode())}.{signature}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def judge(clock: Clock | None = None) -> Identity:
    keys = LocalKeys(KeySet([EC, RSA, ED]))
    return Identity(keys, AGENCIES, clock or Clock(), issuer=ISSUER, audience="sidus")


def bearer(text: str) -> bytes:
    return f"Bearer {text}".encode()


@pytest.mark.parametrize(("key", "alg"), [(EC, "ES256"), (RSA, "RS256"), (ED, "Ed25519")])
async def test_a_token_of_each_accepted_algorithm_is_believed(key: Key, alg: str) -> None:
    caller = await judge().caller(bearer(token(key, alg)))

    assert (caller.agency, caller.agency_kind, caller.officer) == ("tamme", "municipality", "mari.maasikas")
    assert caller.actor("r-1", Errand()).roles == {Role.CASE_MANAGER}


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt", "JWT"])
async def test_a_token_of_an_accepted_type_is_believed(typ: str) -> None:
    assert (await judge().caller(bearer(token(typ=typ)))).agency == "tamme"


@pytest.mark.parametrize(
    ("status", "code", "made"),
    [
        (401, "token-expired", lambda: token(exp=now() - 60)),
        (401, "token-not-yet-valid", lambda: token(nbf=now() + 60)),
        (401, "token-not-yet-valid", lambda: token(iat=now() + 60)),
        (401, "token-wrong-audience", lambda: token(aud="another")),
        (401, "token-wrong-audience", lambda: token(aud=["another", "third"])),
        (401, "token-wrong-issuer", lambda: token(iss="https://elsewhere.example")),
        (401, "token-forged", lambda: token(STRANGER, kid=EC.kid)),
        (401, "token-forged", tampered),
        (401, "token-key-unknown", lambda: token(STRANGER, kid="stranger")),
        (401, "token-algorithm-refused", lambda: unsigned("none")),
        (401, "token-algorithm-refused", lambda: unsigned("None")),
        (401, "token-algorithm-refused", lambda: token(OctKey.generate_key(256, auto_kid=True), "HS256", kid=EC.kid)),
        (401, "token-algorithm-refused", confused),
        (401, "token-algorithm-refused", lambda: token(RSA, "PS256")),
        (401, "token-malformed", lambda: token(typ="logout+jwt")),
        (401, "token-malformed", lambda: token(exp=None)),
        (401, "token-malformed", lambda: token(roles="case_manager")),
        (401, "token-malformed", lambda: token(roles=["king"])),
        (401, "token-malformed", lambda: token(officer="Mari Maasikas")),
        (401, "token-malformed", lambda: token(RSA, "RS256", kid=EC.kid)),
        (401, "token-malformed", lambda: "not.a.token"),
        (401, "token-malformed", lambda: _encoded(b"[" * 5000) + ".e30.x"),
        (401, "token-malformed", lambda: "x" * 9000),
        (403, "agency-unknown", lambda: token(agency="atlantis")),
        (403, "role-not-allowed", lambda: token(roles=["service"])),
        (403, "role-not-allowed", lambda: token(roles=["person"], person=CLIENT)),
        (403, "role-not-allowed", lambda: token(roles=[])),
        (403, "officer-unnamed", lambda: token(officer=None)),
        (403, "person-not-allowed", lambda: token(person=CLIENT)),
        (403, "person-not-allowed", lambda: token(agency="residents", roles=["person"])),
        (403, "role-not-allowed", lambda: token(agency="residents", person=CLIENT)),
    ],
)
async def test_a_token_that_is_not_believed(status: int, code: str, made: Callable[[], str]) -> None:
    with pytest.raises(Problem) as refused:
        await judge().caller(bearer(made()))

    assert (refused.value.status, refused.value.code) == (status, code)
    if status == 401:
        assert refused.value.headers["WWW-Authenticate"].startswith('Bearer realm="sidus", error="invalid_token"')


@pytest.mark.parametrize("header", [None, b"", b"Bearer", b"Bearer ", b"Basic eDp5", b"token"])
async def test_without_a_bearer_token_nobody_calls(header: bytes | None) -> None:
    with pytest.raises(TokenMissing):
        await judge().caller(header)


@given(noise=st.binary(max_size=200).filter(lambda noise: noise.strip() != b""))
async def test_noise_is_refused_and_breaks_nothing(noise: bytes) -> None:
    with pytest.raises(TokenRefused):
        await judge().caller(b"Bearer " + noise)


async def test_a_verdict_ends_with_its_token(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    judging, held = judge(clock), bearer(token(exp=now() + 30))
    await judging.caller(held)

    clock.move_to(timedelta(seconds=40))
    with pytest.raises(Problem) as refused:
        await judging.caller(held)

    assert refused.value.code == "token-expired"


async def test_a_verdict_does_not_outlive_its_minute(tmp_path: Path) -> None:
    clock, keys = Clock(tmp_path / "clock"), KeySet([EC])
    judging = Identity(LocalKeys(keys), AGENCIES, clock, issuer=ISSUER, audience="sidus")
    held = bearer(token())
    await judging.caller(held)
    keys.keys = [RSA]
    assert (await judging.caller(held)).agency == "tamme"

    clock.move_to(timedelta(seconds=61))
    with pytest.raises(Problem) as refused:
        await judging.caller(held)

    assert refused.value.code == "token-key-unknown"


async def test_a_bad_token_does_not_ride_on_a_good_ones_verdict() -> None:
    judging = judge()
    await judging.caller(bearer(token()))

    with pytest.raises(TokenForged):
        await judging.caller(bearer(tampered()))


async def test_only_so_many_verdicts_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "MOST_REMEMBERED", 3)
    judging = judge()
    for number in range(5):
        await judging.caller(bearer(token(jti=str(number))))

    assert len(judging._verdicts) == 3


async def test_refusals_are_told_at_every_door(world: World) -> None:
    for path in ("/api/v1/clients", f"/api/v1/clients/{CLIENT}/access-log", "/sandbox/clock"):
        nobody = await world.http.get(path)
        stranger = await world.http.get(path, headers={"Authorization": f"Bearer {token()}"})

        assert (nobody.status_code, problem(nobody)) == (401, "token-missing")
        assert (stranger.status_code, problem(stranger)) == (401, "token-key-unknown")
        assert stranger.headers["www-authenticate"].startswith("Bearer")
    assert not world.case.received


async def test_two_authorization_headers_are_one_too_many(world: World) -> None:
    lines = f"Authorization: Bearer {await world.token()}\n" * 2
    received = await world.raw(f"GET /api/v1/clients HTTP/1.1\nHost: x\nConnection: close\n{lines}")

    assert received.startswith(b"HTTP/1.1 400 ")
    assert b"header-malformed" in received
