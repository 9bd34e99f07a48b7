"""Drop three indices that no screen uses: docs/reference/indices.md has those that stay.

The page of events goes by id; nothing looks for sessions by when they end; the unique rule on skill and number
answers questions of a skill.

Revision: 0003, after 0002
"""

from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNUSED = (
    ("ix_audit_events_happened_at", "audit_events", "happened_at"),
    ("ix_sessions_expires_at", "sessions", "expires_at"),
    ("ix_questions_skill_id", "questions", "skill_id"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, table, _column in UNUSED:
            op.drop_index(name, table)
        return
    with op.get_context().autocommit_block():
        for name, table, _column in UNUSED:
            op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, table, column in UNUSED:
            op.create_index(name, table, [column])
        return
    with op.get_context().autocommit_block():
        for name, table, column in UNUSED:
            op.create_index(name, table, [column], postgresql_concurrently=True, if_not_exists=True)
