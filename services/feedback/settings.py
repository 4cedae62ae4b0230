"""What the feedback service is told by its environment besides what every service is (prefix SIDUS_)."""

from typing import Self

from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SANDBOX_SENDER = "feedback@sidus.invalid"


class MailSettings(BaseSettings):
    """How invitations leave: `smtp://` or `smtps://` with user and password where needed, and from whom."""

    model_config = SettingsConfigDict(env_prefix="SIDUS_", hide_input_in_errors=True)

    smtp_url: str | None = None
    mail_from: str = SANDBOX_SENDER

    @model_validator(mode="after")
    def _real_mail_has_a_real_sender(self) -> Self:
        if self.smtp_url is not None and self.mail_from == SANDBOX_SENDER:
            raise ValueError("SIDUS_MAIL_FROM must be set together with SIDUS_SMTP_URL")
        return self
