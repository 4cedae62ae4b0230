"""Find people by the first letters of their names and by what they are alike in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from services.case.matching.rules import FullName, contact_keys, identity_keys
from services.case.names.store import letters, name

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BATCH = 1000
KEYS = sa.ARRAY(sa.BigInteger())
IDENTITY = sa.table(
    "client_identity",
    *(sa.column(name) for name in ("id", "first_name", "last_name", "date_of_birth", "document_number")),
    sa.column("first_name_key"),
    sa.column("last_name_key"),
    sa.column("match_keys", KEYS),
)
CONTACT = sa.table("client_contact", *map(sa.column, ("id", "phone", "email")), sa.column("match_keys", KEYS))


def upgrade() -> None:
    """Apply the revision; every version that stands is given its keys."""
    op.drop_index("client_by_name_and_birth", "client_identity")
    op.alter_column("client_identity", "last_name_key", type_=sa.String(200, collation="C"))
    op.add_column("client_identity", sa.Column("first_name_key", sa.String(200, collation="C"), nullable=True))
    for table in ("client_identity", "client_contact"):
        op.add_column(table, sa.Column("match_keys", sa.ARRAY(sa.BigInteger()), nullable=True))
    _fill(IDENTITY, _keys_of_identity)
    _fill(CONTACT, _keys_of_contact)
    op.alter_column("client_identity", "first_name_key", nullable=False)
    for table in ("client_identity", "client_contact"):
        op.alter_column(table, "match_keys", nullable=False)
    op.create_index("client_by_name_and_birth", "client_identity", ["last_name_key", "date_of_birth"])
    op.create_index("client_by_both_names", "client_identity", ["last_name_key", "first_name_key"])
    op.create_index("client_by_identity_keys", "client_identity", ["match_keys"], postgresql_using="gin")
    op.create_index("client_by_contact_keys", "client_contact", ["match_keys"], postgresql_using="gin")


def downgrade() -> None:
    """Take the revision back."""
    op.drop_column("client_contact", "match_keys")
    op.drop_column("client_identity", "match_keys")
    op.drop_index("client_by_name_and_birth", "client_identity")
    op.drop_column("client_identity", "first_name_key")
    op.alter_column("client_identity", "last_name_key", type_=sa.String(200))
    op.execute("UPDATE client_identity SET last_name_key = lower(last_name)")
    op.create_index("client_by_name_and_birth", "client_identity", ["last_name_key", "date_of_birth"])


def _keys_of_identity(row: Mapping[str, Any]) -> dict[str, Any]:
    names = FullName(name(row["first_name"]), name(row["last_name"]))
    return {
        "first_name_key": letters(row["first_name"])[:200],
        "last_name_key": letters(row["last_name"])[:200],
        "match_keys": identity_keys(names, row["date_of_birth"], row["document_number"]),
    }


def _keys_of_contact(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"match_keys": contact_keys(row["phone"], row["email"])}


def _fill(table: Any, keys_of: Callable[[Mapping[str, Any]], dict[str, Any]]) -> None:
    """Give every row of a table its keys, some at a time."""
    for rows in _batches(table):
        keyed = [keys_of(row) | {"row": row["id"]} for row in rows]
        values = {name: sa.bindparam(name, type_=table.c[name].type) for name in keyed[0] if name != "row"}
        op.get_bind().execute(table.update().where(table.c.id == sa.bindparam("row")).values(values), keyed)


def _batches(table: Any) -> Iterator[Sequence[Any]]:
    query = sa.select(table).order_by(table.c.id).limit(BATCH)
    rows = op.get_bind().execute(query).mappings().all()
    while rows:
        yield rows
        rows = op.get_bind().execute(query.where(table.c.id > rows[-1]["id"])).mappings().all()
