"""HTTP: the whole record of a person, for the person and for the data-protection officer."""

import re
from pathlib import Path
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.asking import Asker
from gateway.problems import ServiceDown
from gateway.record import rules, service
from gateway.record.problems import RecordNotFound, RecordTooLong
from gateway.record.rules import Telling
from gateway.record.schemas import RecordExport
from gateway.runtime import LABELS, Known, Running, Runtime
from gateway.upstreams import API
from shared.actor import THEMSELVES
from shared.http.forms import AS_PDF, PDF, InForm, NotAcceptable
from shared.http.problems import Forbidden, Invalid, Malformed, Unauthorised, problems
from shared.labels import preferred
from shared.printing.pdf import printed

router = APIRouter(prefix=API, tags=["Rights of the person"])
PATHS: Final = re.compile(rf"{API}/clients/[^/]+/export")
"""Addresses among the services' that are answered here."""

MOST_ON_PAPER: Final = 2000
"""Rows that make some two hundred pages, in a few seconds of one core; nobody reads more on paper."""

_TEMPLATE: Final = Path(__file__).with_name("record.typ")


@router.get(
    "/clients/{client_id}/export",
    response_model=RecordExport,
    responses={
        200: AS_PDF,
        **problems(
            Malformed, Unauthorised, Forbidden, RecordNotFound, NotAcceptable, RecordTooLong, Invalid, ServiceDown
        ),
    },
)
async def export_record(client_id: UUID, form: InForm, runtime: Running, actor: Known, request: Request) -> Response:
    """The person's whole record from all services at once: data as `application/json`, paper as `application/pdf`.

    The person gets everything about themself, without what tells who somebody else is; a data-protection officer gets
    what the own agency may see. Every row is entered in the person's access log. When a service does not answer, the
    whole is refused; so is paper where there are more than 2,000 rows, and the data are not.
    """
    language = preferred(request.headers.get("accept-language"))
    asker = Asker(runtime, actor, request.state.traceparent, language)
    export = await service.whole(asker, client_id, language)
    body = await _printed(runtime, export) if form == PDF else export.model_dump_json().encode()
    headers = {"Cache-Control": "no-store", "Content-Language": language, "Vary": "Accept, Accept-Language"}
    return Response(body, headers=headers, media_type=form)


async def _printed(runtime: Runtime, export: RecordExport) -> bytes:
    language, rows = export.language, sum(rules.length(held.items) for held in export.services)
    if rows > MOST_ON_PAPER:
        raise RecordTooLong(extensions={"rows": rows, "most": MOST_ON_PAPER})

    def say(code: str) -> str:
        return LABELS.text(code, language)

    telling = Telling(say, runtime.agencies.names(language))
    facts = {
        "record.made-at": rules.moment(export.made_at),
        "record.made-for": say("record.the-person") if export.made_for == THEMSELVES else export.made_for,
        "record.client": str(export.client_id),
    }
    content = {
        "title": say("record.title"),
        "notice": say("record.notice"),
        "facts": [{"label": say(code), "value": value} for code, value in facts.items()],
        "services": [telling.service(held) for held in export.services if held.items],
    }
    return await printed(_TEMPLATE, content, language=language, at=export.made_at)
