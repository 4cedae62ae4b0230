"""The network service as an application: `uvicorn services.network.app:app`."""

from services.network.handlers import SUBSCRIPTIONS
from services.network.labels import LABELS
from services.network.maps import routes as maps
from services.network.meetings import routes as meetings
from services.network.models import Base
from services.network.networks import routes as networks
from shared.http.app import Service, create_app

service = Service(
    name="network",
    title="network maps, meetings and networks of agencies",
    tables=Base,
    routers=(
        maps.router,
        maps.for_the_person_too,
        meetings.router,
        meetings.for_the_person_too,
        networks.router,
    ),
    internal=(meetings.internal,),
    labels=LABELS,
    subscriptions=SUBSCRIPTIONS,
)

app = create_app(service)
