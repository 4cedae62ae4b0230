"""A mail server that takes what it is given and keeps it in memory."""

import email
import email.policy
from email.message import EmailMessage
from typing import Any


class Sink:
    """What arrived, in order. `refusing` is the reply given to every recipient instead, when it is set."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.arrived: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refusing: str | None = None

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """Take a recipient, or refuse."""
        if self.refusing is not None:
            return self.refusing
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a message."""
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.arrived.append(message)
        self.recipients.extend(envelope.rcpt_tos)
        return "250 OK"


def link_in(message: EmailMessage) -> str:
    """The path of the answer link that a message carries."""
    line = next(line for line in message.get_content().splitlines() if "/answers/" in line)
    return str(line[line.index("/answers/") :])
