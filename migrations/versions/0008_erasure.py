"""who was erased; of events that were worked only the key is kept"""

import sqlalchemy as sa
from alembic import op

revision = '0008_erasure'
down_revision = '0007_crm'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('erasure',
    sa.Column('id', ID, nullable=False),
    sa.Column('site_id', ID, nullable=False),
    sa.Column('lead_id', ID, nullable=True),
    sa.Column('visitor_id', ID, nullable=True),
    sa.Column('came_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_erasure_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure'))
    )
    op.create_index('ix_erasure_site', 'erasure', ['site_id', 'id'], unique=False)
    op.execute("UPDATE inbox SET payload = '{}' WHERE state = 'done'")


def downgrade() -> None:
    op.drop_table('erasure')
