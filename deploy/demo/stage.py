"""The stage: the callers of the scenario and what they come to know of each other's work."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from deploy.demo.caller import Caller
from deploy.demo.resident import Resident
from deploy.demo.teller import Teller

CITY, FUND, BOARD, PROBATION, RESIDENTS = (
    "tamme",
    "unemployment-fund",
    "social-insurance-board",
    "probation",
    "residents",
)


@dataclass
class Stage:
    """Who plays, whom it is about, and ids that later acts need."""

    http: httpx.AsyncClient
    secrets: Path
    resident: Resident
    teller: Teller
    now: datetime
    client_id: str = ""
    cases: dict[str, str] = field(default_factory=dict)
    consent_id: str = ""
    callers: dict[str, Caller] = field(default_factory=dict)

    @classmethod
    async def set_up(cls, http: httpx.AsyncClient, secrets: Path, resident: Resident, teller: Teller) -> "Stage":
        """The stage with its four agencies, at the sandbox's time."""
        stage = cls(http, secrets, resident, teller, datetime.min)
        stage.now = datetime.fromisoformat((await stage.city.get("/sandbox/clock"))["now"])
        return stage

    @property
    def city(self) -> Caller:
        """The municipality's case manager."""
        return self._officer(CITY)

    @property
    def fund(self) -> Caller:
        """The unemployment fund's case manager."""
        return self._officer(FUND)

    @property
    def board(self) -> Caller:
        """The social insurance board's case manager."""
        return self._officer(BOARD)

    @property
    def probation(self) -> Caller:
        """The probation officer."""
        return self._officer(PROBATION)

    @property
    def person(self) -> Caller:
        """The person, through the residents' portal."""
        return self._caller(RESIDENTS, f"role:person person:{self.client_id}")

    def today(self) -> date:
        """The day on which the scenario plays."""
        return self.now.date()

    def in_days(self, days: int) -> str:
        """A day from today, as it travels."""
        return (self.today() + timedelta(days=days)).isoformat()

    async def advance(self, duration: str) -> None:
        """Move the sandbox's clock ahead; everybody asks for a new token."""
        answer = await self.city.put("/sandbox/clock", {"advance": duration})
        self.now = datetime.fromisoformat(answer["now"])
        for caller in self.callers.values():
            caller.forget_token()

    def _officer(self, agency: str) -> Caller:
        return self._caller(agency, "role:case_manager")

    def _caller(self, agency: str, scope: str) -> Caller:
        key = f"{agency} {scope}"
        if key not in self.callers:
            self.callers[key] = Caller(self.http, self.secrets, agency, scope)
        return self.callers[key]


def codes(problem: dict[str, Any]) -> set[str]:
    """The unmet conditions that a refusal names."""
    return {unmet["code"] for unmet in problem.get("unmet", [])}
