"""Asks the services who used a person's data. The person's code goes to the case service only, in a body."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from gateway.asking import Asker, all_of
from gateway.health import state_of
from gateway.runtime import LABELS, Runtime
from gateway.tracker.rules import Receiver, Telling, begun, composed
from gateway.tracker.schemas import COUNTRY, FindUsageResponse, HeartbeatResponse, Resolved
from gateway.upstreams import SERVICES
from shared.access.log_schemas import LogBegun, Usage
from shared.actor import THEMSELVES, Actor, Role
from shared.http.log_filter import Narrowing
from shared.labels import Language

PURPOSE: Final = "data-tracker"
REPRESENTATIVE: Final = "representative"
"""Stands for the officer where somebody asks for another person: the portal has seen their right to."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whose data, who asks, for which period, and which part of the answer."""

    user_code: str
    user_id: str
    period: Narrowing
    offset: int
    limit: int

    def query(self) -> str:
        """What a service is asked: enough of its newest entries to cut the part from."""
        return urlencode({"most": self.offset + self.limit, **self.period.query()})


async def find_usage(asker: Asker, question: Question, language: Language) -> FindUsageResponse:
    """Who used the person's data; nobody did where there is no record."""
    client_id = await _resolved(asker, question.user_code)
    if client_id is None:
        return FindUsageResponse(total_usages=0, usages=[])
    person = Asker(asker.runtime, _person(asker.actor, question, client_id), asker.traceparent)
    in_order = sorted(SERVICES)
    answers = await all_of(person.asks(name, f"/internal/access-log/usage?{question.query()}") for name in in_order)
    usages = {name: Usage.model_validate_json(answer) for name, answer in zip(in_order, answers, strict=True)}
    return composed(usages, _telling(asker.runtime, language), question.offset, question.limit)


async def usage_period(asker: Asker) -> datetime:
    """Since when uses can be asked for."""
    sidus = _itself(asker)
    answers = await all_of(sidus.asks(name, "/internal/access-log/begun") for name in sorted(SERVICES))
    return begun([LogBegun.model_validate_json(answer).begun for answer in answers], asker.runtime.clock.now())


async def heartbeat(runtime: Runtime) -> HeartbeatResponse:
    """Whether every service could be asked now."""
    in_order = sorted(SERVICES)
    states = await all_of(state_of(runtime, name) for name in in_order)
    lacking = [f"{name}: {state}" for name, state in zip(in_order, states, strict=True) if state != "ready"]
    if lacking:
        return HeartbeatResponse(status="FAIL", message="; ".join(lacking))
    return HeartbeatResponse(status="OK", message="All services answer.")


async def _resolved(asker: Asker, user_code: str) -> UUID | None:
    body = {"personal_code": user_code.removeprefix(COUNTRY)}
    answer = await _itself(asker).asks("case", "/internal/clients/by-code", method="POST", body=body)
    return Resolved.model_validate_json(answer).client_id


def _itself(asker: Asker) -> Asker:
    """Sidus itself as the one who asks."""
    sidus = Actor.service("gateway", asker.actor.request_id, PURPOSE)
    return Asker(asker.runtime, sidus, asker.traceparent)


def _person(portal: Actor, question: Question, client_id: UUID) -> Actor:
    """The person, for whom the portal asks."""
    officer = THEMSELVES if question.user_id == question.user_code else REPRESENTATIVE
    acting = {"roles": frozenset({Role.PERSON}), "person": client_id, "officer": officer, "purpose": PURPOSE}
    return portal.model_copy(update=acting)


def _telling(runtime: Runtime, language: Language) -> Telling:
    names = runtime.agencies.names(language)
    receivers = {
        agency.code: Receiver(agency.registry_code or agency.code, names[agency.code])
        for agency in runtime.agencies.agencies
    }
    return Telling(lambda code: LABELS.text(code, language), receivers)
