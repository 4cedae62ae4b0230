"""Compare codes however they are spelled."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BATCH = 1000
LEADING = sa.text("leads_to_client")
CODE = sa.table("client_identifier", *map(sa.column, ("id", "value", "compared")))
SPELLED_DIFFERENTLY = """
UPDATE client_identifier SET compared = value WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY kind, country, compared ORDER BY value <> compared, id) AS place
        FROM client_identifier WHERE leads_to_client
    ) AS same WHERE place > 1
)
"""
"""Where records were made for several spellings of one code, one of them is found by it; the others stay as they are
until they are merged."""


def upgrade() -> None:
    """Apply the revision; every identifier is given what it is compared by."""
    op.add_column("client_identifier", sa.Column("compared", sa.String(length=80), nullable=True))
    for rows in _batches():
        compared = [{"row": row.id, "letters": _compared(row.value)} for row in rows]
        given = CODE.update().where(CODE.c.id == sa.bindparam("row")).values(compared=sa.bindparam("letters"))
        op.get_bind().execute(given, compared)
    op.execute(SPELLED_DIFFERENTLY)
    op.alter_column("client_identifier", "compared", nullable=False)
    op.drop_index("uq_client_identifier", "client_identifier")
    op.create_index(
        "uq_client_identifier",
        "client_identifier",
        ["kind", "country", "compared"],
        unique=True,
        postgresql_where=LEADING,
    )


def downgrade() -> None:
    """Take the revision back."""
    op.drop_index("uq_client_identifier", "client_identifier")
    op.create_index(
        "uq_client_identifier",
        "client_identifier",
        ["kind", "country", "value"],
        unique=True,
        postgresql_where=LEADING,
    )
    op.drop_column("client_identifier", "compared")


def _compared(value: str) -> str:
    letters = "".join(sign for sign in unicodedata.normalize("NFKC", value).upper() if sign.isalnum())
    return letters if 0 < len(letters) <= 80 else value


def _batches() -> Iterator[Any]:
    query = sa.select(CODE.c.id, CODE.c.value).order_by(CODE.c.id).limit(BATCH)
    rows = op.get_bind().execute(query).all()
    while rows:
        yield rows
        rows = op.get_bind().execute(query.where(CODE.c.id > rows[-1].id)).all()
