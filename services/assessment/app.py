"""The assessment service as an ASGI application."""

from services.assessment.assessments import routes as assessments
from services.assessment.handlers import SUBSCRIPTIONS
from services.assessment.instruments import routes as instruments
from services.assessment.instruments.store import LibraryRefused, library
from services.assessment.labels import LABELS
from services.assessment.models import Base
from shared.http.app import Service, create_app

try:
    library()
except LibraryRefused as refused:
    raise SystemExit(f"The assessment service cannot start. {refused}") from None

service = Service(
    name="assessment",
    title="instruments and assessments",
    tables=Base,
    labels=LABELS.joined(library().words()),
    routers=(instruments.router, assessments.router, assessments.for_readers),
    subscriptions=SUBSCRIPTIONS,
)
app = create_app(service)
