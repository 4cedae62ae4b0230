"""What can go wrong with notifications."""

from shared.http.problems import NotFound


class NotificationNotFound(NotFound):
    """There is no such notification, or it is another person's."""

    code = "notification-not-found"
