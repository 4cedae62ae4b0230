"""Tokens that are not believed: at the gateway, and at the port of a service itself."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from shared.actor import Actor, Role
from shared.security import internal_token
from tests.scenario.canary import CANARY, CODE, SOMEBODY, Sender, about_the_canary
from tests.scenario.forge import STRANGER, Forge
from tests.support.caller import API, Told
from tests.support.front_door import NO_TLS
from tests.support.system import LiveSystem

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")


@pytest.mark.parametrize(
    ("status", "code", "made"),
    [
        (401, "token-expired", lambda forge: forge.token(exp=forge.second - 60)),
        (401, "token-not-yet-valid", lambda forge: forge.token(iat=forge.second + 3600)),
        (401, "token-wrong-audience", lambda forge: forge.token(aud="case")),
        (401, "token-wrong-issuer", lambda forge: forge.token(iss="https://elsewhere.example")),
        (401, "token-forged", lambda forge: forge.token(STRANGER)),
        (401, "token-forged", lambda forge: forge.retold()),
        (401, "token-key-unknown", lambda forge: forge.token(STRANGER, STRANGER.kid)),
        (401, "token-algorithm-refused", lambda forge: forge.unsigned()),
        (401, "token-algorithm-refused", lambda forge: forge.confused()),
        (401, "token-malformed", lambda forge: CODE),
        (401, "token-malformed", lambda forge: "x" * 9000),
        (403, "agency-unknown", lambda forge: forge.token(agency="atlantis")),
        (403, "role-not-allowed", lambda forge: forge.token(roles=["service"])),
        (403, "officer-unnamed", lambda forge: forge.token(officer=None)),
        (403, "person-not-allowed", lambda forge: forge.token(person=SOMEBODY)),
    ],
)
async def test_a_token_that_is_not_believed_opens_nothing(
    sender: Sender, forge: Forge, status: int, code: str, made: Callable[[Forge], str]
) -> None:
    for path in ("/clients", "/assessments", "/maps", "/triggers/simulation"):
        body = about_the_canary("/identity/last_name", CANARY)
        told = await sender.sends("POST", API + path, under=made(forge), json=body)

        assert (told.status, told.code) == (status, code)


async def test_the_forge_makes_tokens_that_are_believed_but_for_what_is_wrong_with_them(
    sender: Sender, forge: Forge
) -> None:
    headers = {"Authorization": f"Bearer {forge.token()}"}

    assert (await sender.nobody.get(f"{API}/profiles/municipality", headers=headers)).status_code == 200


def wrong_tokens(system: LiveSystem, forge: Forge, service: str) -> dict[str, str]:
    """Tokens that a service must not believe, by what is wrong with each."""
    other = "assessment" if service == "case" else "case"
    own, others = (system.data.secret(f"key gateway to {to}") for to in (service, other))
    return {
        "no token at all": CODE,
        "the caller's own token": forge.token(),
        "made for another service": signed(forge, other, others),
        "made for another service, with this one's key": signed(forge, other, own),
        "with another service's key": signed(forge, service, others),
        "of a caller it does not know": signed(forge, service, own, caller="assessment"),
        "of two minutes ago": signed(forge, service, own, ago=timedelta(minutes=2)),
    }


def signed(forge: Forge, service: str, key: str, *, caller: str = "gateway", ago: timedelta = timedelta()) -> str:
    """What one part of Sidus tells a service of who acts."""
    actor = Actor(
        agency="tamme",
        agency_kind="municipality",
        officer="helle.paju",
        roles=frozenset({Role.SUPERVISOR}),
        request_id=str(uuid4()),
    )
    return internal_token.sign(actor, caller=caller, service=service, key=key, now=forge.now - ago)


@pytest.mark.parametrize("service", ["case", "assessment", "network", "feedback"])
async def test_a_service_believes_only_tokens_made_for_it_by_a_caller_it_knows(
    system: LiveSystem, forge: Forge, service: str
) -> None:
    sound = signed(forge, service, system.data.secret(f"key gateway to {service}"))
    path = f"{API}/{service}/access-log?client_id={SOMEBODY}"
    at_its_port = httpx.AsyncClient(base_url=system.at(service), trust_env=False, verify=NO_TLS)
    async with at_its_port as http:
        for wrong, token in wrong_tokens(system, forge, service).items():
            headers = {"Authorization": f"Bearer {token}", "X-Internal-Actor": CANARY, "X-Road-Client": CANARY}
            assert Told(await http.get(path, headers=headers)).status == 401, wrong

        believed = await http.get(path, headers={"Authorization": f"Bearer {sound}"})
    assert believed.status_code == 200
