"""In which of two forms a document is wanted: as data or on paper."""

from collections.abc import Iterable
from typing import Annotated, Any, Final

from fastapi import Depends, Request

from shared.http.problems import Problem

JSON: Final = "application/json"
PDF: Final = "application/pdf"
AS_PDF: Final[dict[str, Any]] = {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}
"""What an endpoint says of its 200 besides the schema of its data."""


class NotAcceptable(Problem):
    """The document is to be had as JSON and as PDF only."""

    status = 406
    code = "not-acceptable"


async def form_of(request: Request) -> str:
    """The form the caller asks for; NotAcceptable for any other."""
    form = chosen(request.headers.get("accept"))
    if form is None:
        raise NotAcceptable
    return form


InForm = Annotated[str, Depends(form_of)]


def chosen(accept: str | None) -> str | None:
    """JSON or PDF, whichever an Accept header asks for most; none when it takes neither."""
    offers = {JSON: (JSON, "application/*", "*/*"), PDF: (PDF,)}
    weights = dict(_weights(accept or "*/*"))
    best = {offer: max(weights.get(name, 0.0) for name in names) for offer, names in offers.items()}
    winner = max(best, key=lambda offer: best[offer])
    return winner if best[winner] > 0 else None


def _weights(accept: str) -> Iterable[tuple[str, float]]:
    for part in accept.split(","):
        name, *parameters = (step.strip().lower() for step in part.split(";"))
        given = [text[2:] for text in parameters if text.startswith("q=")]
        yield name, _quality(given[0]) if given else 1.0


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
