"""The figures every part exposes at /metrics, in Prometheus' text format."""

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response

REQUEST_SECONDS = Histogram("sidus_request_seconds", "Time of a request.", ["method", "route", "status"])
OUTBOX_WAITING = Gauge("sidus_outbox_waiting", "Events committed and not yet published.")
OUTBOX_OLDEST_SECONDS = Gauge("sidus_outbox_oldest_seconds", "Age of the oldest unpublished event.")
EVENTS_PUBLISHED = Counter("sidus_events_published_total", "Events published.", ["subject"])
EVENTS_HANDLED = Counter("sidus_events_handled_total", "Events taken from a stream.", ["consumer", "outcome"])
EVENTS_REPUBLISHED = Counter("sidus_events_republished_total", "Events published again after a stream lost them.")
ACCESS_ENTRIES_SEALED = Counter("sidus_access_entries_sealed_total", "Access-log entries given their place.")
ACCESS_ENTRIES_LEFT_WAITING = Gauge(
    "sidus_access_entries_left_waiting", "Access-log entries that nobody has given their place for half a minute."
)


async def exposition(request: Request) -> Response:
    """All figures of this process."""
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
