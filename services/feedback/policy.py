"""The survey policy: when people are asked, when they are left alone. Read once at start."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from services.feedback.configuration import ConfigurationRefused, refusal
from services.feedback.surveys.definitions import Code, Definition
from services.feedback.surveys.library import Library, library
from services.feedback.surveys.rules import Nature
from services.feedback.triggers.rules import Terms
from shared.labels import Label

POLICY = Path(__file__).with_name("policy.yaml")


class Calendar(Definition):
    """Whose holidays count and where a day begins. Source: 001 L1137."""

    country: str
    time_zone: str
    dispatch_on_holidays: bool

    @field_validator("country")
    @classmethod
    def _country_is_known(cls, country: str) -> str:
        if country not in holidays.list_supported_countries():
            raise ValueError(f"no calendar of public holidays is known for country {country!r}")
        return country

    @field_validator("time_zone")
    @classmethod
    def _zone_is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as fault:
            raise ValueError(f"no time zone is called {name!r}") from fault
        return name


class Contact(Definition):
    """Days between a service contact and its survey. Source: 001 L1174-1180."""

    earliest_days: int = Field(ge=0)
    latest_days: int = Field(ge=0)

    @model_validator(mode="after")
    def _earliest_comes_first(self) -> Self:
        if self.earliest_days > self.latest_days:
            raise ValueError("earliest_days must not be after latest_days")
        return self


class Relationship(Definition):
    """How often a relationship survey may be sent. Source: 001 L1180."""

    maximum_per_year: int = Field(ge=0)


class Quarantine(Definition):
    """Days between two surveys of one person, over all agencies; every installation decides it."""

    days: int = Field(ge=0)


class Links(Definition):
    """Days for which an answer link can be used; every installation decides it."""

    valid_days: int = Field(ge=1)


class Indices(Definition):
    """Fewest answers an index is shown for; every installation decides it."""

    minimum_answers: int = Field(ge=1)


class Trigger(Definition):
    """Which survey an event asks, in which natures of service."""

    event: Code
    natures: frozenset[Nature]
    survey: Code


class Policy(Definition):
    """The whole policy file."""

    calendar: Calendar
    contact: Contact
    relationship: Relationship
    quarantine: Quarantine
    links: Links
    indices: Indices
    triggers: tuple[Trigger, ...]
    agencies: dict[Code, Label]

    def survey_for(self, event: str, nature: Nature) -> str | None:
        """Code of the survey that the event asks in this nature of service, if any."""
        codes = (t.survey for t in self.triggers if t.event == event and nature in t.natures)
        return next(codes, None)

    def valid_for(self) -> timedelta:
        """How long an answer link can be used."""
        return timedelta(days=self.links.valid_days)

    def terms(self) -> Terms:
        """The figures that decisions are made by."""
        return Terms(
            earliest=timedelta(days=self.contact.earliest_days),
            latest=timedelta(days=self.contact.latest_days),
            quarantine=timedelta(days=self.quarantine.days),
            relationship_maximum=self.relationship.maximum_per_year,
            holidays=frozenset()
            if self.calendar.dispatch_on_holidays
            else holidays.country_holidays(self.calendar.country),
            zone=ZoneInfo(self.calendar.time_zone),
        )


@cache
def policy() -> Policy:
    """The policy in force, read and validated once."""
    return load_policy(library())


def load_policy(surveys: Library, path: Path = POLICY) -> Policy:
    """Read the policy; raises ConfigurationRefused when it is unusable or asks an unknown survey."""
    try:
        policy = Policy.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError) as fault:
        raise refusal(path, fault) from fault
    unknown = {t.survey for t in policy.triggers if surveys.find(t.survey) is None}
    if unknown:
        raise ConfigurationRefused(
            f"{path.name} cannot be used. triggers: no survey is called {', '.join(sorted(unknown))}."
        )
    return policy
