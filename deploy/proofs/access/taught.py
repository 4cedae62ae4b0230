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

NAMES_NOBODY: Final = {
    "register_client": "whoever has the code or is very like is told in masked hits, as by a search",
    "upsert_client": "the same",
    "start_duplicate_scan": "it is about the whole register",
    "begin_import": "it is the agency's own",
    "start_retention_run": "it is the agency's own",
    "take_notice": "it is the agency's own",
    "found_network": "a network holds no client",
    "put_network": "a network holds no client",
    "simulate_trigger": "it is tried on what the caller makes up",
    "submit_answer_page": "the token in its address says whose answer it is",
    "give_token": "it makes callers known",
    "move_clock": "the sandbox's clock",
}
"""Changes that name nothing of anybody which they could change, and why."""

SHOWS_NO_ROW: Final = {
    **dict.fromkeys(("index", "issuer_metadata", "published_keys", "live", "ready"), "it describes the system"),
    **dict.fromkeys(("read_clock", "heartbeat", "usagePeriod"), "it tells a time"),
    **dict.fromkeys(("list_instruments", "read_instrument", "list_surveys", "read_survey"), "it shows questions"),
    **dict.fromkeys(("list_profiles", "read_profile", "list_enumerations"), "it shows rules and words"),
    **dict.fromkeys(("list_networks", "read_network"), "a network holds no client"),
    **dict.fromkeys(("list_duplicate_scans", "read_duplicate_scan"), "it counts, for the whole register"),
    **dict.fromkeys(
        (f"list_{service}_dead_letters" for service in ("assessment", "case", "feedback", "network")),
        "events hold no word of anybody",
    ),
    "read_answer_page": "only who has the link is shown the page",
    "findUsage": "the state's portal alone may ask, and has no officers",
}
"""Looks that show no row to anybody here, and why; every other shows somebody some."""

COUNTS: Final = frozenset({"read_indices"})
"""Operations that answer with figures alone."""

NAMED_BY: Final = {
    "list_inverse_relations": "related_client_id",
}
"""Lists of rows about others than the client asked for, and the column that names the client there."""

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

ALL_THAT_IS_HELD: Final = frozenset({"list_case_holdings", "export_record"})
"""Operations that show merged records as part of the surviving one."""

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
