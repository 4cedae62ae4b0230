"""What cannot be generated: values of parameters that name no row, and the few operations that are meant to differ.

Whoever adds an operation that the proof cannot aim, or that rightly shows more or less than every visible row,
adds a line here, with the reason.
"""

from typing import Final

VALUES: Final = {
    "read_profile.kind": "municipality",
    "read_instrument.code": "initial-mapping",
    "read_instrument.version": "1",
    "read_survey.code": "recommendation",
    "read_indices.survey": "recommendation",
    "findUsage.userCode": "EE30303039914",
    "read_history.field": "/contact/registered_address",
    "area": "housing",
    "reference": "no-such-network",
    "token": "no-such-token",
}
"""Parameter, or operation and parameter -> a value. Ids of rows are found by the names of tables."""

TABLES: Final = {
    "unlink_external_id.external_id": "external_id",
    "read_danger_claim.claim_id": "danger_claim",
    "read_danger_review.claim_id": "danger_claim",
    "decide_danger_review.claim_id": "danger_claim",
    "read_statutory_claim.claim_id": "statutory_claim",
    "end_statutory_claim.claim_id": "statutory_claim",
    "correct_earlier_assessment.assessment_id": "earlier_assessment",
    "end_earlier_assessment.assessment_id": "earlier_assessment",
}
"""Operation and parameter -> the table whose rows it names, where the name leads to another."""

CLIENTS: Final = frozenset({"client_id", "survivor_id", "merged_id"})
"""Parameters that name a client."""

NO_ROWS: Final = frozenset({"letter_id", "scan_id"})
"""Parameters that name rows which are about nobody and no agency's own."""

SEARCHES: Final = frozenset({"search_clients"})
"""Operations that find people in order that nobody is registered twice; they show nothing but a masked hit."""

COUNTS: Final = frozenset({"read_indices"})
"""Operations that answer with figures alone."""

OWN_ALONE: Final = frozenset({"list_cases", "list_notices", "list_open_rectifications"})
"""Work lists: they hold what the agency itself works on, not what it is let into."""

ASKED_AS_THE_PERSON: Final = {
    "find_usage": "the data tracker asks in the person's name",
}
"""Internal operations that the gateway asks as the person, and why."""

OF_AGENCY: Final = {
    "case.import": "{words}",
    "case.retention_run": "true",
}
"""Tables about nobody whose rows are for the agency alone that owns them, and which of their rows are this world's."""

GATHERING: Final = {
    "case.household": ("household_member", "household_id"),
    "case.duplicate_pair": ("duplicate_side", "pair_id"),
}
"""Tables that gather rows about several clients, and hold nothing of anybody themselves: what hangs on them, and by."""

NOT_THE_WHOLE: Final = {
    "preview_merge": "sections stand side by side only where both records' may be seen",
}
"""Operations that rightly show less of a whole than the actor may see, and why."""

WITH_MERGED: Final = {
    "list_case_holdings": "what stands on a merged record is held of the person too",
    "export_record": "it gathers what is held",
}
"""Operations that show merged records as part of the surviving one, and why."""

NEVER_SHOWN: Final = {
    "consent_terms": "told in the receipt of its consent, without an id or a word of its own",
    "consent_signature": "told in the receipt of its consent, without an id or a word of its own",
    "duplicate_side": "told in its pair, beside the other side",
    "notification": "it is addressed to the person",
    "service_contact": "it is noted, and followed by events; nothing reads it yet",
}
"""Tables whose rows no operation shows, and why."""

ANYBODYS_DOOR: Final = {
    "open_case": "any agency may open its own case on a record that it has found",
}
"""Changes that an agency without any ground may make, as they open what is its own."""

WRITTEN_FOR_ANOTHER: Final = {
    "task": "a meeting's decision becomes a task of the agency responsible, in the convening agency's words",
}
"""Tables whose rows hold words of another agency than their owner, and why."""
