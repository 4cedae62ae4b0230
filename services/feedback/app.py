"""The feedback service: surveys, decisions whom to ask and when, answers, indices."""

from services.feedback.answers import routes as answer_routes
from services.feedback.handlers import SUBSCRIPTIONS
from services.feedback.indices import routes as index_routes
from services.feedback.invitations import routes as invitation_routes
from services.feedback.invitations.dispatcher import dispatch
from services.feedback.models import Base
from services.feedback.policy import policy
from services.feedback.surveys import routes as survey_routes
from services.feedback.triggers import routes as trigger_routes
from services.feedback.words import LABELS
from shared.http.app import Service, create_app

service = Service(
    name="feedback",
    title="feedback",
    tables=Base,
    routers=(survey_routes.router, trigger_routes.router, invitation_routes.router, index_routes.router),
    public=(answer_routes.router,),
    labels=LABELS,
    subscriptions=SUBSCRIPTIONS,
    workers=(dispatch,),
)

policy()
app = create_app(service)
