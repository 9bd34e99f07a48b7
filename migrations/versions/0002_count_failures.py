"""Count failed sign-ins, wrong class codes and links asked for.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'failure_counts',
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('subject', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('place', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('kind', 'subject', 'place', name=op.f('pk_failure_counts')),
    )
    op.create_index(op.f('ix_failure_counts_ends_at'), 'failure_counts', ['ends_at'])


def downgrade():
    op.drop_index(op.f('ix_failure_counts_ends_at'), table_name='failure_counts')
    op.drop_table('failure_counts')
