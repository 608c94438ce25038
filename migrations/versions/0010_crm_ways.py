"""how far a CRM was looked at for changes, and subscriptions of automation tools"""

import sqlalchemy as sa
from alembic import op

revision = '0010_crm_ways'
down_revision = '0009_rep_mute'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('crm_position',
    sa.Column('id', ID, nullable=False),
    sa.Column('site_id', ID, nullable=False),
    sa.Column('channel', sa.String(length=24), nullable=False),
    sa.Column('position', sa.String(length=500), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_crm_position_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_position')),
    sa.UniqueConstraint('site_id', 'channel', name=op.f('uq_crm_position_site_id_channel'))
    )
    op.create_table('hook',
    sa.Column('id', ID, nullable=False),
    sa.Column('site_id', ID, nullable=False),
    sa.Column('event', sa.String(length=24), nullable=False),
    sa.Column('target_url', sa.String(length=1000), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_hook_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hook')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_hook_site', 'hook', ['site_id', 'event'], unique=False)


def downgrade() -> None:
    op.drop_table('hook')
    op.drop_table('crm_position')
