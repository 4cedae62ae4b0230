"""The agencies of an installation, declared in agencies.yaml and checked when a process that asks after them starts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from stdnum.ee import registrikood

from shared.actor import AgencyCode, LegalCode, OfficerId, Role
from shared.labels import Language

SANDBOX = Path(__file__).with_name("agencies.yaml")
"""The agencies of the sandbox."""


class AgencyKind(StrEnum):
    """What an agency is; its kind decides which profile of rules its cases follow."""

    MUNICIPALITY = "municipality"
    UNEMPLOYMENT_FUND = "unemployment_fund"
    SOCIAL_INSURANCE = "social_insurance"
    PROBATION = "probation"
    PORTAL = "portal"
    STATE_PORTAL = "state_portal"


OFFICER_ROLES = frozenset(
    {Role.CASE_MANAGER, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER, Role.REGISTRAR, Role.OPERATOR}
)

_BY_PORTAL = {AgencyKind.PORTAL: frozenset({Role.PERSON}), AgencyKind.STATE_PORTAL: frozenset({Role.TRACKER})}


def _registered(code: str) -> str:
    if not registrikood.is_valid(code):
        raise ValueError("not an Estonian registry code (registrikood)")
    return code


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Names(_Declared):
    """An agency's name in three languages."""

    et: str
    ru: str
    en: str


class Officer(_Declared):
    """An officer's account at the agency and the roles it may take. Not a person's name or code."""

    id: OfficerId
    roles: frozenset[Role] = Field(min_length=1)


class Hiding(_Declared):
    """A legal code under which what an agency does is hidden from the person, and for how long: law, not taste."""

    code: LegalCode
    days: int = Field(ge=1, le=36_500)
    names: Names
    source: str = Field(min_length=1)


class Agency(_Declared):
    """An agency (asutus), or a portal: the residents', or the state's that asks for what the data tracker shows."""

    code: AgencyCode
    kind: AgencyKind
    names: Names
    registry_code: Annotated[str, AfterValidator(_registered)] | None = None
    roles: frozenset[Role] = Field(min_length=1)
    officers: tuple[Officer, ...] = ()
    hides: tuple[Hiding, ...] = ()

    @property
    def portal(self) -> bool:
        """Whether people themselves, not officers, act through it."""
        return self.kind is AgencyKind.PORTAL

    @property
    def state_portal(self) -> bool:
        """Whether the state's portal (eesti.ee) asks through it, by personal code."""
        return self.kind is AgencyKind.STATE_PORTAL

    @cached_property
    def hidden_for(self) -> Mapping[str, timedelta]:
        """How long each legal code hides what is done under it."""
        return {hiding.code: timedelta(days=hiding.days) for hiding in self.hides}

    def officer(self, officer_id: str) -> Officer | None:
        """The officer with this id, if the agency has declared one."""
        return next((officer for officer in self.officers if officer.id == officer_id), None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        allowed = _BY_PORTAL.get(self.kind, OFFICER_ROLES)
        if strange := self.roles - allowed:
            raise ValueError(f"an agency of kind {self.kind} may not have the roles {_listed(strange)}")
        for officer in self.officers:
            if strange := officer.roles - self.roles:
                raise ValueError(f"officer {officer.id} has roles the agency has not: {_listed(strange)}")
        if twice := _repeated(officer.id for officer in self.officers):
            raise ValueError(f"officers declared twice: {_listed(twice)}")
        if twice := _repeated(hiding.code for hiding in self.hides):
            raise ValueError(f"legal codes declared twice: {_listed(twice)}")
        if self.hides and self.kind in _BY_PORTAL:
            raise ValueError("a portal hides nothing from the people who use it")
        return self


class Agencies(_Declared):
    """All agencies of one installation."""

    agencies: tuple[Agency, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if twice := _repeated(agency.code for agency in self.agencies):
            raise ValueError(f"agencies declared twice: {_listed(twice)}")
        return self

    @cached_property
    def _by_code(self) -> dict[str, Agency]:
        return {agency.code: agency for agency in self.agencies}

    def names(self, language: Language) -> dict[str, str]:
        """What each agency is called in a language, by its code."""
        return {agency.code: getattr(agency.names, language) for agency in self.agencies}

    def why_hidden(self, agency: str, legal_code: str | None, language: Language) -> str | None:
        """The basis in words on which an agency's legal code hides what is done under it."""
        hides = {(one.code, hiding.code): hiding.names for one in self.agencies for hiding in one.hides}
        names = hides.get((agency, legal_code or ""))
        return getattr(names, language) if names else None

    def find(self, code: str) -> Agency | None:
        """The agency with this code."""
        return self._by_code.get(code)

    def kind_of(self, code: str) -> str | None:
        """The kind of an agency, which names its profile; none for one that is not declared."""
        agency = self.find(code)
        return agency.kind if agency else None


class AgenciesRefused(Exception):
    """The agencies file cannot be used; the message says where and why, one line for each fault."""


def read(file: Path) -> Agencies:
    """The agencies of a file, or AgenciesRefused."""
    try:
        return Agencies.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise AgenciesRefused(f"{file.name}: cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise AgenciesRefused(f"{file.name}: not YAML: {error}") from error
    except ValidationError as error:
        raise AgenciesRefused("\n".join(_sentences(file.name, error))) from error


def _sentences(name: str, error: ValidationError) -> Iterable[str]:
    for fault in error.errors(include_url=False):
        place = ".".join(str(step) for step in fault["loc"]) or "whole file"
        yield f"{name}: {place}: {fault['msg']}"


def _repeated(values: Iterable[str]) -> set[str]:
    return {value for value, times in Counter(values).items() if times > 1}


def _listed(values: Iterable[str]) -> str:
    return ", ".join(sorted(values))
