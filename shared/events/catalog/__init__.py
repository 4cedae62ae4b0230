"""Every event of Sidus, by the service that tells it. What is added here appears in docs/asyncapi.json.

Nothing here may name a person: ids, codes, dates, numbers.
"""

from shared.events.catalog import assessment, case, each_service, feedback, network
from shared.events.envelope import Event

EVENTS: tuple[type[Event], ...] = (
    *case.EVENTS,
    *assessment.EVENTS,
    *network.EVENTS,
    *feedback.EVENTS,
    *each_service.EVENTS,
)
BY_TYPE: dict[str, type[Event]] = {event.type(): event for event in EVENTS}
