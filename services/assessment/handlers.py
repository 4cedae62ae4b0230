"""What the assessment service does when others tell that something happened."""

from shared.access.projection import on_grant_closed, on_grant_opened
from shared.events.catalog import GrantClosed, GrantOpened
from shared.events.consumer import Subscription

SUBSCRIPTIONS = (Subscription("case", {GrantOpened: on_grant_opened, GrantClosed: on_grant_closed}),)
