"""How an invitation leaves: by SMTP, or in the sandbox not at all."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from services.feedback.configuration import ConfigurationRefused

PORTS = {"smtp": 25, "smtps": 465}
TIMEOUT_SECONDS = 10.0


class MailFailed(Exception):
    """The message was not accepted, and may be later. Says nothing of whom it was for."""


class AddressRefused(MailFailed):
    """The receiving server will not take mail for this address, now or later."""


class Mailer(Protocol):
    """Hands over one message; returns when the next server has taken charge of it, else raises MailFailed."""

    async def send(self, message: EmailMessage) -> None:
        """Hand over the message."""


class SilentMailer:
    """The sandbox's mailer: delivers nowhere and keeps nothing."""

    async def send(self, message: EmailMessage) -> None:
        """Let the message go."""


class SmtpMailer:
    """Hands messages to an SMTP server: `smtp://` (TLS when the server offers it) or `smtps://`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._tls = ssl.create_default_context()
        self._implicit_tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or PORTS[parts.scheme]
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")

    async def send(self, message: EmailMessage) -> None:
        """Hand over the message in a thread of its own; it may be taken even when this raises."""
        await asyncio.to_thread(self._deliver, message)

    def _deliver(self, message: EmailMessage) -> None:
        try:
            with self._connection() as server:
                self._greet(server)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            raise _refusal(refused) from None
        except (smtplib.SMTPException, OSError) as failure:
            raise MailFailed(type(failure).__name__) from None

    def _connection(self) -> smtplib.SMTP:
        if self._implicit_tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_SECONDS, context=self._tls)
        return smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if not self._implicit_tls and server.has_extn("starttls"):
            server.starttls(context=self._tls)
        if self._user:
            server.login(self._user, self._password)


def mailer_for(smtp_url: str | None, *, sandbox: bool) -> Mailer:
    """The mailer of this installation; raises ConfigurationRefused when it has none and is no sandbox."""
    if smtp_url is not None:
        return SmtpMailer(smtp_url)
    if sandbox:
        return SilentMailer()
    raise ConfigurationRefused("Invitations cannot be sent: set SIDUS_SMTP_URL and SIDUS_MAIL_FROM.")


def _refusal(refused: smtplib.SMTPRecipientsRefused) -> MailFailed:
    lasting = all(500 <= code < 600 for code, _ in refused.recipients.values())
    return AddressRefused() if lasting else MailFailed("SMTPRecipientsRefused")
