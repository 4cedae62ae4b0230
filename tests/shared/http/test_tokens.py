"""Who calls: the internal token and nothing else; what a caller may do: its roles."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from shared.actor import Actor, Role
from shared.ids import new_id
from shared.security.internal_token import InternalTokenRefused, sign, verify
from tests.support.service import KEY, Running

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
OTHER_KEY = "33" * 32
ACTOR = Actor(
    agency="tamme",
    agency_kind="municipality",
    officer="tamme.officer",
    roles=frozenset({Role.CASE_MANAGER, Role.OPERATOR}),
    purpose="task",
    case=new_id(),
    legal_code="SHS:15",
    request_id="r",
    person=new_id(),
)


def token(header: dict[str, Any] | None = None, key: str = KEY, **changes: Any) -> str:
    """A token for the diary as the gateway makes it, or otherwise."""
    now = int(NOW.timestamp())
    claims = {"iss": "gateway", "aud": "diary", "iat": now, "exp": now + 60, "actor": ACTOR.model_dump(mode="json")}
    signer = OctKey.import_key(bytes.fromhex(key))
    headers = {"alg": "HS256", "kid": "gateway"} | (header or {})
    return jwt.encode(headers, claims | changes, signer, algorithms=["HS256", "HS384"])


def unsigned(signature: str = "") -> str:
    """A token that says of itself that it needs no signature."""
    _, claims, _ = token().split(".")
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "gateway"}).encode()).rstrip(b"=").decode()
    return f"{header}.{claims}.{signature}"


def with_other_claims() -> str:
    """A signed token whose claims were exchanged afterwards."""
    ours, theirs = token().split("."), token(actor=ACTOR.model_dump(mode="json") | {"agency": "probation"}).split(".")
    return ".".join((ours[0], theirs[1], ours[2]))


REFUSED: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "no token": lambda: "abc",
    "three empty parts": lambda: "..",
    "signed with another key": lambda: token(key=OTHER_KEY),
    "signed with the hex of the key": lambda: token(key=KEY.encode().hex()),
    "claims exchanged": with_other_claims,
    "not signed": unsigned,
    "not signed, with a signature": lambda: unsigned(token().split(".")[2]),
    "another algorithm": lambda: token({"alg": "HS384"}),
    "expired": lambda: token(iat=0, exp=1),
    "expired by six seconds": lambda: token(exp=int(NOW.timestamp()) - 6),
    "not yet issued": lambda: token(iat=int(NOW.timestamp()) + 6),
    "for another service": lambda: token(aud="case"),
    "for several services": lambda: token(aud=["diary", "case"]),
    "from an unknown caller": lambda: token({"kid": "stranger"}, iss="stranger"),
    "from a caller that signs as another": lambda: token(iss="feedback"),
    "from a caller without a name": lambda: token({"kid": ""}, iss=""),
    "without an actor": lambda: token(actor=None),
    "with an actor of an unknown role": lambda: token(actor={"agency": "a", "roles": ["king"]}),
    "with words for times": lambda: token(exp="tomorrow"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_token_that_is_not_as_it_should_be_is_refused(what: str) -> None:
    keys = {"gateway": KEY, "feedback": OTHER_KEY}
    with pytest.raises(InternalTokenRefused):
        verify(REFUSED[what](), service="diary", keys=keys, now=NOW)


def in_parts(parts: list[bytes]) -> str:
    """Bytes written as the parts of a token."""
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@settings(deadline=None)
@given(st.text(max_size=80) | st.lists(st.binary(max_size=20), max_size=5).map(in_parts))
def test_no_text_breaks_the_verification(text: str) -> None:
    with pytest.raises(InternalTokenRefused):
        verify(text, service="diary", keys={"gateway": KEY}, now=NOW)


@pytest.mark.parametrize("age", [-5, 0, 60, 65])
def test_a_token_tells_the_whole_actor_for_a_minute(age: int) -> None:
    signed = sign(ACTOR, caller="gateway", service="diary", key=KEY, now=NOW)
    later = NOW + timedelta(seconds=age)
    assert verify(signed, service="diary", keys={"gateway": KEY}, now=later) == ACTOR


HEADERS = {
    "none": {},
    "empty": {"Authorization": ""},
    "another scheme": {"Authorization": f"Basic {token()}"},
    "forged": {"Authorization": f"Bearer {token(key=OTHER_KEY)}"},
    "actor in a header": {"X-Actor": ACTOR.model_dump_json(), "X-Agency": "tamme"},
}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("what", HEADERS)
async def test_a_request_without_a_token_is_not_admitted(what: str, diary: Running) -> None:
    async with diary.agency("tamme") as city:
        del city.headers["Authorization"]
        answer = await city.get(f"/api/v1/entries/{new_id()}", headers=HEADERS[what])
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["type"].endswith("/unauthorised")


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("other", [{"key": OTHER_KEY}, {"service": "case"}, {"caller": "stranger"}])
async def test_a_request_with_another_ones_token_is_not_admitted(other: dict[str, str], diary: Running) -> None:
    async with diary.calls(diary.actor(), **other) as client:
        assert (await client.get(f"/api/v1/entries/{new_id()}")).status_code == 401


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.OPERATOR, "/api/v1/operators/bell", 200),
        (Role.CASE_MANAGER, "/api/v1/operators/bell", 403),
        (Role.SERVICE, "/api/v1/operators/bell", 403),
        (Role.OPERATOR, "/api/v1/diary/dead-letters", 200),
        (Role.SUPERVISOR, "/api/v1/diary/dead-letters", 403),
        (Role.OPERATOR, "/api/v1/entries?client_id={id}", 403),
        (Role.PERSON, "/api/v1/entries?client_id={id}", 403),
        (Role.PUBLIC, "/api/v1/entries?client_id={id}", 403),
        (Role.SERVICE, "/api/v1/entries?client_id={id}", 403),
        (Role.SUPERVISOR, "/api/v1/entries?client_id={id}", 200),
        (Role.CASE_MANAGER, "/api/v1/diary/access-log?client_id={id}", 403),
    ],
)
async def test_an_endpoint_admits_its_roles_only(role: Role, path: str, status: int, diary: Running) -> None:
    async with diary.calls(diary.actor("tamme", role)) as client:
        answer = await client.get(path.format(id=new_id()))
    assert answer.status_code == status, answer.text
