"""The charter of a network of agencies: the union of what the handbook's sample networks write down.

Source: 004 annex (L6508-7597). Everything but a name, a kind and members may be missing: no sample has it all.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.http.schemas import LongText, Schema, Text

Texts = Annotated[list[LongText], Field(max_length=40)]


class NetworkKind(StrEnum):
    """What a network is for (L1994-2001); only a problem-solving one needs a case."""

    EXCHANGE = "exchange"
    PREVENTIVE = "preventive"
    PROBLEM_SOLVING = "problem_solving"


class Participation(StrEnum):
    """A core member (põhiliige) attends every meeting, one on call (vajadusel kaasatav) as needed (L6910-6923)."""

    CORE = "core"
    ON_CALL = "on_call"


class Duty(StrEnum):
    """What a member does for the network beyond taking part."""

    CONVENER = "convener"
    COORDINATOR = "coordinator"


class AgreementForm(StrEnum):
    """How members bind themselves."""

    GOODWILL = "goodwill"
    COOPERATION = "cooperation"
    FRAMEWORK = "framework"
    RULES_OF_PROCEDURE = "rules_of_procedure"


class Level(StrEnum):
    """Rows of the logical matrix (loogiline maatriks), from the top (L2369-2382)."""

    OVERALL_GOAL = "overall_goal"
    DIRECT_GOAL = "direct_goal"
    OUTPUTS = "outputs"
    ACTIVITIES = "activities"
    INPUTS = "inputs"


class DecisionMode(StrEnum):
    """How meetings decide. No sample states a quorum or a vote."""

    JOINT = "joint"
    CONSENSUS = "consensus"
    MINUTED = "minuted"


class Name(Schema):
    """The name of a network in three languages."""

    et: Text
    ru: Text
    en: Text


class TargetGroup(Schema):
    """For whom the network works; ages in years, both included."""

    who: Text
    count: Annotated[int, Field(ge=1)] | None = None
    age_from: Annotated[int, Field(ge=0, le=130)] | None = None
    age_to: Annotated[int, Field(ge=0, le=130)] | None = None


class Membership(Schema):
    """A post held for an agency in the network; never a person by name."""

    role: Text
    agency: Text
    participation: Participation = Participation.CORE
    duty: Duty | None = None
    note: Text | None = None


class Levels(Schema):
    """Who leads and who coordinates, where a network keeps the two apart (L7552-7558)."""

    management: LongText
    coordination: LongText


class Phase(Schema):
    """A step of the network's life, in the words of its own calendar."""

    name: Text
    when: Text
    steps: Texts


class Frequency(Schema):
    """How often members meet in one period; `at_least` where they may meet more often."""

    every: Text
    at_least: bool = False
    period: Text | None = None


class Regime(Schema):
    """The order of meetings. Notice counts calendar days, materials working days before the meeting."""

    frequency: Annotated[list[Frequency], Field(min_length=1, max_length=10)]
    notice_days: Annotated[int, Field(ge=0, le=365)] | None = None
    materials_working_days: Annotated[int, Field(ge=0, le=250)] | None = None
    place: Text | None = None
    chair: Text | None = None
    decisions: DecisionMode | None = None
    dissent_recorded: bool = False
    is_recorded: bool = False
    client_takes_part: Text | None = None
    customs: Texts = Field(default=[])


class MinutesRegime(Schema):
    """Who signs and receives the minutes, and by when in working days."""

    signed_by: Texts = Field(default=[])
    signed_within_working_days: Annotated[int, Field(ge=0, le=250)] | None = None
    recipients: Texts = Field(default=[])


class Workgroups(Schema):
    """Terms of workgroups: opinions due before a meeting, minutes and signatures after, in working days."""

    purpose: LongText
    opinions_working_days: Annotated[int, Field(ge=0, le=250)]
    minutes_within_working_days: Annotated[int, Field(ge=0, le=250)]
    signed_within_working_days: Annotated[int, Field(ge=0, le=250)]
    signed_by: Texts


class Reporting(Schema):
    """What the network tells of its work, to whom, how often."""

    to: Text
    how_often: Text
    content: Text


class Agreement(Schema):
    """What members have agreed to in writing."""

    form: AgreementForm
    dated: Text | None = None
    clauses: Texts
    annexes: Texts = Field(default=[])
    in_force: Text | None = None
    term: Text | None = None
    amendment: Text | None = None
    ending: Text | None = None
    disputes: Text | None = None
    copies: Annotated[int, Field(ge=1, le=100)] | None = None
    signatories: Texts = Field(default=[])


class MatrixRow(Schema):
    """One level of the logical matrix: what, how one sees it, how one checks it, what it presupposes."""

    level: Level
    description: Texts
    indicators: Texts
    verification: Texts
    assumptions: Texts
