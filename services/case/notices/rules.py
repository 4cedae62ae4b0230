"""What a third party's notice needs. Source: 004 L3715-3723 and form A, part 4 (L5714-5736)."""

from enum import StrEnum

from shared.rules import Unmet, failing


class Manner(StrEnum):
    """How the noticer turned to the agency (pöördumise viis)."""

    PHONE = "phone"
    VISIT = "visit"
    LETTER = "letter"
    EMAIL = "email"


class Reaction(StrEnum):
    """What the worker decided from the notice."""

    REACT = "react"
    DO_NOT_REACT = "do_not_react"


def reaction_unmet(reaction: Reaction, *, reacted: bool, client_named: bool, client_known: bool) -> list[Unmet]:
    """Conditions that keep a reaction from being recorded: once only, and help is given to somebody who is known."""
    about_nobody = reaction is Reaction.DO_NOT_REACT and not client_named
    return failing(
        (not reacted, "notice.already-decided"),
        (client_known or about_nobody, "notice.client-missing", "/client_id"),
    )
