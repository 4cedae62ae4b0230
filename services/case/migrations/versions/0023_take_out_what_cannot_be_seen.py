"""Take out of lines what cannot be seen, and numbers that are none."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

UNSEEN = r"[\u0001-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+"
LINES = {
    "client_identity": ("citizenship_note", "document_note", "document_number"),
    "client_contact": (
        *("registered_address", "actual_address", "residence_municipality", "current_municipality"),
        *("phone", "account_number", "bank"),
    ),
    "client_social": ("statuses_note", "education_note", "marital_status_note"),
    "client_health": ("insured_note", "disability_note"),
    "client_relation": ("name",),
    "earlier_assessment": ("note",),
    "notice": ("noticer_first_name", "noticer_last_name", "relation", "noticer_phone", "noticer_address"),
    "case_problem": ("informant_name",),
}
PHONE, ACCOUNT = r"^\+?[ ()-]*[0-9][0-9 ()-]{3,}$", "^[A-Z0-9][A-Z0-9 ]{4,33}$"
NUMBERS = (
    ("client_contact", "phone", PHONE),
    ("client_contact", "account_number", ACCOUNT),
    ("notice", "noticer_phone", PHONE),
)


def upgrade() -> None:
    """Apply the revision. Names of clients stay as they are: who somebody is, is for whoever knows them to say."""
    for table, columns in LINES.items():
        for name in columns:
            line: sa.ColumnClause[str] = sa.column(name)
            seen = sa.func.nullif(sa.func.btrim(sa.func.regexp_replace(line, UNSEEN, " ", "g")), "")
            hides = line.regexp_match(rf"{UNSEEN}|^\s|\s$")
            op.execute(sa.table(table, line).update().where(hides).values({name: seen}))
    for table, name, pattern in NUMBERS:
        number: sa.ColumnClause[str] = sa.column(name)
        op.execute(sa.table(table, number).update().where(sa.not_(number.regexp_match(pattern))).values({name: None}))


def downgrade() -> None:
    """Nothing to take back: the lines stay as they are."""
