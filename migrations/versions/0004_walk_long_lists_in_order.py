"""Give the admins' lists of people and classes an index in their own order, so that a page reads no more than itself.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SUSPENDED = sa.text("suspended_at IS NOT NULL")
NEW = (
    ("ix_users_family_name_given_name", "users", ["family_name", "given_name", "id"], None),
    ("ix_users_suspended", "users", ["family_name", "given_name", "id"], SUSPENDED),
    ("ix_classrooms_name", "classrooms", ["name", "id"], None),
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, table, columns, where in NEW:
            op.create_index(name, table, columns, sqlite_where=where)
        return
    with op.get_context().autocommit_block():
        for name, table, columns, where in NEW:
            op.create_index(
                name,
                table,
                columns,
                postgresql_where=where,
                postgresql_concurrently=True,
                if_not_exists=True,
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, table, _columns, _where in NEW:
            op.drop_index(name, table)
        return
    with op.get_context().autocommit_block():
        for name, table, _columns, _where in NEW:
            op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
