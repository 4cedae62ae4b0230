"""What travels of a network of agencies."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints

from services.network.networks import rules
from services.network.networks.charter import (
    Agreement,
    Levels,
    MatrixRow,
    Membership,
    MinutesRegime,
    Name,
    NetworkKind,
    Phase,
    Regime,
    Reporting,
    TargetGroup,
    Texts,
    Workgroups,
)
from services.network.networks.models import Network
from services.network.networks.rules import Outline
from shared.actor import AgencyCode
from shared.http.schemas import LongText, Resource, Schema, Text

NetworkCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,79}$")]


class Charter(Schema):
    """A network of agencies as its members agreed on it."""

    code: Annotated[NetworkCode, Field(description="Its short name, unique.", examples=["summer-camps"])]
    kind: NetworkKind
    name: Name
    place: Text
    source: Text | None = None
    background: LongText | None = None
    target_group: TargetGroup | None = None
    mission: LongText | None = None
    vision: LongText | None = None
    values: Texts = Field(default=[])
    overall_goal: LongText | None = None
    goals: Texts = Field(default=[], description="Direct goals.")
    areas: Texts = Field(default=[], description="In what the members cooperate.")
    members: Annotated[list[Membership], Field(max_length=60)]
    levels: Levels | None = None
    phases: Annotated[list[Phase], Field(max_length=20)] = Field(default=[])
    regime: Regime
    minutes: MinutesRegime | None = None
    workgroups: Workgroups | None = None
    activities: Texts = Field(default=[])
    outcomes: Texts = Field(default=[])
    evaluation: Texts = Field(default=[], description="By what success is judged.")
    reports: Annotated[list[Reporting], Field(max_length=20)] = Field(default=[])
    agreement: Agreement | None = None
    matrix: Annotated[list[MatrixRow], Field(max_length=5)] = Field(default=[])

    def outline(self) -> Outline:
        """What of the charter the rules look at."""
        group, agreement = self.target_group, self.agreement
        return Outline(
            goals=len([goal for goal in (self.overall_goal, self.mission) if goal]) + len(self.goals),
            members=len(self.members),
            age_from=group.age_from if group else None,
            age_to=group.age_to if group else None,
            levels=tuple(row.level for row in self.matrix),
            notice_days=self.regime.notice_days,
            materials_working_days=self.regime.materials_working_days,
            copies=agreement.copies if agreement else None,
            signatories=len(agreement.signatories) if agreement else 0,
        )

    def stored(self) -> dict[str, Any]:
        """The charter as the table keeps it."""
        return self.model_dump(mode="json")


class NetworkOut(Resource):
    """A network of agencies; `remarks` are codes of what its members should settle."""

    code: NetworkCode
    kept_by: AgencyCode
    charter: Charter
    remarks: list[str]
    created_at: datetime

    @classmethod
    def of(cls, row: Network) -> Self:
        """The network with what the rules remark on."""
        charter = Charter.model_validate(row.charter)
        plain = {name: getattr(row, name) for name in ("id", "version", "code", "kept_by", "created_at")}
        return cls(**plain, charter=charter, remarks=rules.remarks(charter.outline()))
