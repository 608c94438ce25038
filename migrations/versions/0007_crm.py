"""what leads are called at CRMs, and destinations that are switched off"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0007_crm'
down_revision = '0006_rating'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table('destination_off',
    sa.Column('id', ID, nullable=False),
    sa.Column('site_id', ID, nullable=False),
    sa.Column('channel', sa.String(length=24), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_destination_off_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_destination_off')),
    sa.UniqueConstraint('site_id', 'channel', name=op.f('uq_destination_off_site_id_channel'))
    )
    op.create_table('crm_link',
    sa.Column('id', ID, nullable=False),
    sa.Column('site_id', ID, nullable=False),
    sa.Column('channel', sa.String(length=24), nullable=False),
    sa.Column('lead_id', ID, nullable=False),
    sa.Column('remote_id', sa.String(length=64), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('written', JSON, nullable=False),
    sa.Column('sending', JSON, nullable=False),
    sa.Column('made', JSON, nullable=False),
    sa.Column('conflicts', JSON, nullable=False),
    sa.Column('heard', JSON, nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['lead_id'], ['lead.id'], name=op.f('fk_crm_link_lead_id')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_crm_link_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_link')),
    sa.UniqueConstraint('site_id', 'channel', 'lead_id', name=op.f('uq_crm_link_site_id_channel_lead_id'))
    )
    op.create_index('ix_crm_link_lead_id', 'crm_link', ['lead_id'], unique=False)
    op.create_index('ix_crm_link_remote', 'crm_link', ['site_id', 'channel', 'remote_id'], unique=False)


def downgrade() -> None:
    op.drop_table('crm_link')
    op.drop_table('destination_off')
