"""What travels of reviews."""

from pydantic import Field

from shared.http.schemas import LongText, Schema


class Verdict(Schema):
    """Whether a danger claim was justified, in words."""

    justified: bool = Field(description="A claim that was not justified is closed at once.")
    verdict: LongText
