"""The certificate of an erasure: what each service has signed, and what is left, in words or on paper."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from services.case.erasures.models import ErasureOrder, ErasureReceipt
from services.case.erasures.schemas import Certificate, ErasureOut, Gap, KeptRows, OfService
from services.case.labels import LABELS
from shared.db.work import UnitOfWork
from shared.labels import Language
from shared.printing.pdf import printed
from shared.rights.erasure import Erased
from shared.security import statements

NOT_REACHED: Final = ("erasure.gap.sealed-answers", "erasure.gap.copies")
"""What no service can erase by its own rows."""

_TEMPLATE: Final = Path(__file__).with_name("certificate.typ")


def certify(work: UnitOfWork, order: ErasureOrder, language: Language) -> Certificate:
    """The certificate as the services' statements stand now."""
    return Certificate(
        order=(out := ErasureOut.of(order)),
        issued_at=work.clock.now(),
        complete=out.complete,
        services=[_of_service(receipt, language) for receipt in order.receipts],
        gaps=[*_gaps(out, language)],
    )


async def on_paper(certificate: Certificate, language: Language) -> bytes:
    """The certificate as a PDF."""
    order = certificate.order
    facts = {
        "certificate.client": str(order.client_id),
        "certificate.order": str(order.id),
        "certificate.ordered": f"{order.ordered_at:%d.%m.%Y}, {order.ordered_in}, {order.ordered_by}",
        "certificate.reason": _say(f"certificate.reason.{order.reason}", language),
        "certificate.legal-code": order.legal_code or "–",
        "certificate.issued": f"{certificate.issued_at:%d.%m.%Y %H:%M} UTC",
    }
    words = ("erased", "kept", "gaps", "nothing", "statement")
    state = "certificate.complete" if certificate.complete else "certificate.incomplete"
    content: dict[str, Any] = {
        "title": _say("certificate.title", language),
        "notice": _say(state, language),
        "facts": [{"label": _say(code, language), "value": value} for code, value in facts.items()],
        "words": {word: _say(f"certificate.{word}", language) for word in words},
        **certificate.model_dump(mode="json", include={"services", "gaps"}),
    }
    return await printed(_TEMPLATE, content, language=language, at=certificate.issued_at)


def _of_service(receipt: ErasureReceipt, language: Language) -> OfService:
    said = statements.read(receipt.statement, receipt.key, service=receipt.service)
    done = Erased.model_validate({name: said[name] for name in Erased.model_fields})
    kept = [KeptRows(**kept.model_dump(), detail=_say(kept.reason, language)) for kept in done.kept]
    return OfService(
        service=receipt.service,
        title=_say(f"service.{receipt.service}", language),
        applied_at=receipt.applied_at,
        erased=done.erased,
        kept=kept,
        statement=receipt.statement,
        key=receipt.key,
    )


def _gaps(order: ErasureOut, language: Language) -> Iterator[Gap]:
    for answered in order.services:
        if answered.applied_at is None:
            code = "erasure.gap.no-answer"
            yield Gap(code=code, detail=_say(code, language), service=answered.service)
    for code in NOT_REACHED:
        yield Gap(code=code, detail=_say(code, language), service=None)


def _say(code: str, language: Language) -> str:
    return LABELS.text(code, language)
