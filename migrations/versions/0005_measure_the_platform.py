"""Keep what the servers measure of themselves, and what of it the operator was told.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COUNTS = (
    "span_s", "requests", "errors", "refusals", "statements", "slow_statements", "cache_hits", "cache_misses",
    "breakers_open", "workers", "threads", "pool_most", "pool_waits", "pool_timeouts",
)  # fmt: skip
MAYBE_WHOLE = ("memory_mb", "server_used", "server_most", "active_people")
MAYBE_REAL = ("cores", "cpu_percent", "memory_percent", "pool_percent")
LEVELS = ("fine", "warning", "critical", "unknown")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    op.create_table(
        "measurements",
        sa.Column("began_at", moment, nullable=False),
        sa.Column("server", sa.String(80), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("times", json, nullable=False),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("busy_s", "sql_s")),
        *(sa.Column(name, sa.Integer()) for name in MAYBE_WHOLE),
        *(sa.Column(name, sa.Double()) for name in MAYBE_REAL),
        sa.PrimaryKeyConstraint("began_at", "server", name=op.f("pk_measurements")),
    )
    op.create_table(
        "alerts",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("since_at", moment),
        sa.Column("told_at", moment),
        sa.Column("judged_at", moment),
        sa.CheckConstraint(sa.column("level").in_(LEVELS), name=op.f("ck_alerts_level")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_alerts")),
    )


def downgrade() -> None:
    op.drop_table("alerts")
    op.drop_table("measurements")
