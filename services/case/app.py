"""The case service as an ASGI application."""

from services.case.cases import routes as cases
from services.case.clients import routes as clients
from services.case.consents import routes as consents
from services.case.dangers import routes as dangers
from services.case.disclosures import routes as disclosures
from services.case.duplicates import routes as duplicates
from services.case.duplicates.scanner import scan
from services.case.enumerations import routes as enumerations
from services.case.erasures import routes as erasures
from services.case.exports import routes as exports
from services.case.external_ids import routes as external_ids
from services.case.handlers import SUBSCRIPTIONS
from services.case.households import routes as households
from services.case.identifiers import routes as identifiers
from services.case.imports import routes as imports
from services.case.imports.housekeeping import forget_old_reports
from services.case.labels import LABELS
from services.case.merges import routes as merges
from services.case.models import Base
from services.case.notices import routes as notices
from services.case.notifications import routes as notifications
from services.case.parts import routes as parts
from services.case.profiles import routes as profiles
from services.case.profiles import store as profile_store
from services.case.provenance import routes as provenance
from services.case.rectifications import routes as rectifications
from services.case.registers import routes as registers
from services.case.restrictions import routes as restrictions
from services.case.retention import routes as retention
from services.case.reviews import routes as reviews
from services.case.search import routes as search
from services.case.statutes import routes as statutes
from services.case.tasks import routes as tasks
from services.case.timekeeper import keep_retention, keep_time
from shared.http.app import Service, create_app

service = Service(
    name="case",
    title="the client record and cases",
    tables=Base,
    labels=LABELS,
    routers=(
        search.router,
        exports.router,  # before the client whose id would be `export`
        clients.router,
        identifiers.router,
        identifiers.for_the_person_too,
        external_ids.router,
        provenance.router,
        parts.router,
        duplicates.scans,
        duplicates.router,
        households.router,
        cases.router,
        consents.router,
        consents.for_the_person_too,
        rectifications.router,
        rectifications.for_the_person_too,
        erasures.router,
        erasures.for_the_person_too,
        retention.router,
        merges.router,
        merges.for_readers,
        statutes.router,
        statutes.for_the_person_too,
        dangers.router,
        reviews.router,
        notifications.router,
        disclosures.router,
        disclosures.for_the_person_too,
        restrictions.router,
        restrictions.for_the_person,
        tasks.router,
        notices.router,
        profiles.router,
        enumerations.router,
        registers.router,
        imports.router,
    ),
    internal=(clients.internal,),
    subscriptions=SUBSCRIPTIONS,
    workers=(forget_old_reports, keep_time, keep_retention, scan),
    decides_grants=True,
)

profile_store.profiles()
profile_store.law()
app = create_app(service)
