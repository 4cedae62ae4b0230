"""The agencies that may call, declared in agencies.yaml and checked when the gateway starts."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from stdnum.ee import registrikood

from shared.actor import AgencyCode, OfficerId, Role
from shared.labels import Language


class AgencyKind(StrEnum):
    """What an agency is; its kind decides which profile of rules its cases follow."""

    MUNICIPALITY = "municipality"
    UNEMPLOYMENT_FUND = "unemployment_fund"
    SOCIAL_INSURANCE = "social_insurance"
    PROBATION = "probation"
    PORTAL = "portal"


OFFICER_ROLES = frozenset(
    {Role.CASE_MANAGER, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER, Role.REGISTRAR, Role.OPERATOR}
)


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


class Agency(_Declared):
    """An agency (asutus), or a portal through which people reach their own record."""

    code: AgencyCode
    kind: AgencyKind
    names: Names
    registry_code: Annotated[str, AfterValidator(_registered)] | None = None
    roles: frozenset[Role] = Field(min_length=1)
    officers: tuple[Officer, ...] = ()

    @property
    def portal(self) -> bool:
        """Whether people themselves, not officers, act through it."""
        return self.kind is AgencyKind.PORTAL

    def officer(self, officer_id: str) -> Officer | None:
        """The officer with this id, if the agency has declared one."""
        return next((officer for officer in self.officers if officer.id == officer_id), None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        allowed = {Role.PERSON} if self.portal else OFFICER_ROLES
        if strange := self.roles - allowed:
            raise ValueError(f"an agency of kind {self.kind} may not have the roles {_listed(strange)}")
        for officer in self.officers:
            if strange := officer.roles - self.roles:
                raise ValueError(f"officer {officer.id} has roles the agency has not: {_listed(strange)}")
        if twice := _repeated(officer.id for officer in self.officers):
            raise ValueError(f"officers declared twice: {_listed(twice)}")
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

    def find(self, code: str) -> Agency | None:
        """The agency with this code."""
        return self._by_code.get(code)


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
