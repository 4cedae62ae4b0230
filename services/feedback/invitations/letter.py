"""The e-mail that carries an answer link: plain text, in the person's language, naming nobody."""

from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from uuid import UUID

from services.feedback.answers.page import written
from shared.labels import Labels, Language


@dataclass(frozen=True, slots=True)
class Letter:
    """What the e-mail says; `agency` is None where even the agency's name would tell too much."""

    invitation_id: UUID
    agency: str | None
    occurred_on: date
    link: str
    usable_until: date


def compose(letter: Letter, language: Language, labels: Labels, *, sender: str, to: str) -> EmailMessage:
    """The message; its Message-ID depends on the invitation alone, so a second sending is known as the same.

    Says what it is for and why: 001 L1139-1141 (kaaskiri).
    """
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = labels.text("mail.subject", language)
    message["Message-ID"] = f"<{letter.invitation_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = language
    message.set_content("\n\n".join(_paragraphs(letter, language, labels)) + "\n")
    return message


def _paragraphs(letter: Letter, language: Language, labels: Labels) -> list[str]:
    def say(code: str) -> str:
        return labels.text(code, language)

    return [
        say("mail.greeting"),
        f"{say('page.contact').format(date=written(letter.occurred_on))} {say('page.purpose')}",
        say("page.confidential"),
        letter.link,
        say("mail.validity").format(date=written(letter.usable_until)),
        *([letter.agency] if letter.agency else []),
    ]
