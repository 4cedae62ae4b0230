"""Gathers the whole record. A record that cannot be whole is not given at all."""

from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from gateway.asking import Asker, all_of
from gateway.record.problems import RecordNotFound
from gateway.record.schemas import OfService, RecordExport
from gateway.runtime import LABELS
from gateway.upstreams import API, SERVICES
from shared.labels import Language
from shared.rights.schemas import Held, HoldingsPage, TableWords

MOST: Final = 100
IN_ORDER: Final = tuple(sorted(SERVICES, key=("case", "assessment", "network", "feedback").index))


async def whole(asker: Asker, client_id: UUID, language: Language) -> RecordExport:
    """What every service holds; ServiceDown names each that did not answer, RecordNotFound when none holds anything."""
    services = await all_of(_of(asker, service, client_id, language) for service in IN_ORDER)
    if not any(one.items for one in services):
        raise RecordNotFound
    return RecordExport(
        client_id=client_id,
        made_at=asker.runtime.clock.now(),
        made_for=asker.actor.officer,
        language=language,
        services=services,
    )


async def _of(asker: Asker, service: str, client_id: UUID, language: Language) -> OfService:
    """What one service holds, page after page."""
    items: list[Held] = []
    words: dict[str, TableWords] = {}
    query = {"client_id": str(client_id), "limit": str(MOST)}
    while True:
        answer = await asker.asks(service, f"{API}/{service}/holdings?{urlencode(query)}")
        page = HoldingsPage.model_validate_json(answer)
        items += page.items
        for table, called in page.words.items():
            words[table] = _joined(words.get(table, called), called)
        if page.next is None:
            title = LABELS.text(f"service.{service}", language)
            return OfService(service=service, title=title, words=words, items=items)
        query["cursor"] = page.next


def _joined(known: TableWords, more: TableWords) -> TableWords:
    both = {name: known.values.get(name, {}) | more.values.get(name, {}) for name in known.values | more.values}
    return TableWords(title=known.title, fields=known.fields | more.fields, values=both)
