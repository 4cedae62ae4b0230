"""The sandbox issuer: who gets a token, for what, and how it says no (RFC 6749)."""

import stat
from base64 import b64encode
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from gateway.issuer import CLIENTS_FILE, KEY_FILE
from tests.gateway.conftest import Worlds
from tests.gateway.world import CLIENT, MARI, World, problem

FORM = {"grant_type": "client_credentials", "scope": MARI}


async def test_a_token_says_who_it_is_for(world: World) -> None:
    given = await world.http.post("/oauth2/token", data=FORM, auth=("tamme", world.secret("tamme")))
    published = KeySet.import_key_set((await world.http.get("/oauth2/jwks.json")).json())
    metadata = (await world.http.get("/.well-known/oauth-authorization-server")).json()

    token = jwt.decode(given.json()["access_token"], published, algorithms=["ES256"])
    assert token.header["typ"] == "at+jwt"
    assert {name: token.claims[name] for name in ("iss", "aud", "client_id", "agency", "officer", "roles")} == {
        "iss": metadata["issuer"],
        "aud": "sidus",
        "client_id": "tamme",
        "agency": "tamme",
        "officer": "mari.maasikas",
        "roles": ["case_manager"],
    }
    assert token.claims["exp"] - token.claims["iat"] == given.json()["expires_in"] == 3600
    assert (given.json()["token_type"], given.json()["scope"]) == ("Bearer", f"role:case_manager {MARI.split()[1]}")
    assert given.headers["cache-control"] == "no-store"


async def test_credentials_may_stand_in_the_form(world: World) -> None:
    form = FORM | {"client_id": "tamme", "client_secret": world.secret("tamme")}

    assert (await world.http.post("/oauth2/token", data=form)).status_code == 200


@pytest.mark.parametrize(
    ("agency", "scope", "granted"),
    [
        ("tamme", "role:supervisor", "role:supervisor officer:helle.paju"),
        ("tamme", "role:case_manager", "role:case_manager officer:mari.maasikas"),
        ("tamme", "role:case_manager role:supervisor", "role:case_manager role:supervisor officer:helle.paju"),
        ("residents", f"role:person person:{CLIENT}", f"role:person person:{CLIENT}"),
    ],
)
async def test_what_a_scope_is_granted(world: World, agency: str, scope: str, granted: str) -> None:
    form = FORM | {"scope": scope}
    given = await world.http.post("/oauth2/token", data=form, auth=(agency, world.secret(agency)))

    assert given.json()["scope"] == granted


@pytest.mark.parametrize(
    ("agency", "scope"),
    [
        ("tamme", ""),
        ("tamme", "officer:mari.maasikas"),
        ("tamme", "role:king"),
        ("tamme", "role:service"),
        ("tamme", "role:person"),
        ("tamme", "role:public"),
        ("tamme", f"role:case_manager person:{CLIENT}"),
        ("tamme", "role:case_manager officer:nobody"),
        ("tamme", "role:case_manager officer:kadri.saar"),
        ("tamme", "role:case_manager officer:mari.maasikas officer:juhan.kask"),
        ("tamme", "role:case_manager openid"),
        ("residents", "role:person"),
        ("residents", "role:person person:anna"),
        ("residents", f"role:case_manager person:{CLIENT}"),
        ("residents", f"role:person officer:mari.maasikas person:{CLIENT}"),
    ],
)
async def test_a_scope_that_is_not_granted(world: World, agency: str, scope: str) -> None:
    form = FORM | {"scope": scope}
    refused = await world.http.post("/oauth2/token", data=form, auth=(agency, world.secret(agency)))

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")
    assert refused.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("request_", "status", "error"),
    [
        ({"data": FORM, "auth": ("tamme", "wrong")}, 401, "invalid_client"),
        ({"data": FORM, "auth": ("atlantis", "wrong")}, 401, "invalid_client"),
        ({"data": FORM}, 401, "invalid_client"),
        ({"data": FORM, "headers": {"Authorization": "Bearer x"}}, 401, "invalid_client"),
        ({"data": FORM, "headers": {"Authorization": "Basic %%%"}}, 401, "invalid_client"),
        ({"data": FORM | {"client_id": "tamme", "client_secret": "õ"}}, 401, "invalid_client"),
        ({"data": FORM | {"client_secret": "x"}, "auth": ("tamme", "x")}, 400, "invalid_request"),
        ({"content": b"\xff=1"}, 400, "invalid_request"),
        ({"content": b"scope=a&scope=b"}, 400, "invalid_request"),
        ({"content": b"a=1&" * 30}, 400, "invalid_request"),
    ],
)
async def test_a_request_that_gets_no_token(world: World, request_: dict[str, Any], status: int, error: str) -> None:
    refused = await world.http.post("/oauth2/token", **request_)

    assert (refused.status_code, refused.json()["error"]) == (status, error)
    assert ("www-authenticate" in refused.headers) == (status == 401)


async def test_another_grant_is_unknown(world: World) -> None:
    form = FORM | {"grant_type": "password"}
    refused = await world.http.post("/oauth2/token", data=form, auth=("tamme", world.secret("tamme")))

    assert (refused.status_code, refused.json()["error"]) == (400, "unsupported_grant_type")


async def test_a_form_that_is_too_long_is_not_read(world: World) -> None:
    refused = await world.http.post("/oauth2/token", content=b"x" * 9000)

    assert (refused.status_code, problem(refused)) == (413, "too-large")


async def test_basic_credentials_are_decoded_as_a_form_is(world: World) -> None:
    escaped = "".join(f"%{byte:02x}" for byte in world.secret("tamme").encode())
    basic = b64encode(f"tamme:{escaped}".encode()).decode()

    given = await world.http.post("/oauth2/token", data=FORM, headers={"Authorization": f"Basic {basic}"})

    assert given.status_code == 200


async def test_secrets_are_kept_for_their_owner_only_and_survive_a_restart(worlds: Worlds) -> None:
    first = await worlds()
    token, secrets = await first.token(), (first.state / CLIENTS_FILE).read_bytes()
    modes = {stat.S_IMODE((first.state / name).stat().st_mode) for name in (KEY_FILE, CLIENTS_FILE)}

    second = await worlds()
    again = await second.http.get("/sandbox/clock", headers={"Authorization": f"Bearer {token}"})

    assert modes == {0o600}
    assert (second.state / CLIENTS_FILE).read_bytes() == secrets
    assert again.status_code == 200
    assert len({second.secret(agency) for agency in ("tamme", "probation", "residents")}) == 3


async def test_outside_a_sandbox_there_is_no_issuer(worlds: Worlds) -> None:
    inside = await worlds()
    world = await worlds(
        SIDUS_SANDBOX="false",
        SIDUS_SANDBOX_STATE="",
        SIDUS_ISSUER=inside.runtime.settings.issuer_name,
        SIDUS_JWKS_URL=f"{inside.url}/oauth2/jwks.json",
    )
    known = await world.http.get("/api/v1/clients", headers={"Authorization": f"Bearer {await inside.token()}"})
    closed = [
        await world.http.post("/oauth2/token", data=FORM),
        await world.http.get("/oauth2/jwks.json"),
        await world.http.get("/.well-known/oauth-authorization-server"),
        await world.http.get("/sandbox/clock"),
        await world.http.put("/sandbox/clock", json={"offset_seconds": 0}),
    ]

    assert known.status_code == 200, "tokens of an outside issuer are believed by its published keys"
    assert {(response.status_code, problem(response)) for response in closed} == {(404, "not-found")}
