"""signals and identity: merges that can be undone, companies, visits, and when a touchpoint was told"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0005'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MERGED = sa.text('merged_into IS NOT NULL')
LEFT = sa.text('lead_id IS NOT NULL')


def upgrade() -> None:
    with op.batch_alter_table('lead') as batch_op:
        batch_op.add_column(sa.Column('domain', sa.String(length=254), nullable=True))
        batch_op.add_column(sa.Column('company_key', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('merged_into', ID, nullable=True))
        batch_op.add_column(sa.Column('joined', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_foreign_key('fk_lead_merged_into', 'lead', ['merged_into'], ['id'])
        batch_op.create_index('ix_lead_merged', ['site_id', 'merged_into'], unique=False, sqlite_where=MERGED, postgresql_where=MERGED)
        batch_op.create_index('ix_lead_domain', ['site_id', 'domain'], unique=False)
        batch_op.create_index('ix_lead_company_key', ['site_id', 'company_key'], unique=False)
    with op.batch_alter_table('lead_alias') as batch_op:
        batch_op.add_column(sa.Column('alike', sa.String(length=254), nullable=True))
        batch_op.create_index('ix_lead_alias_alike', ['site_id', 'alike'], unique=False)
    op.execute('UPDATE lead_alias SET alike = value')
    with op.batch_alter_table('touchpoint') as batch_op:
        batch_op.add_column(sa.Column('known_at', sa.DateTime(timezone=True), nullable=True))
    op.execute('UPDATE touchpoint SET known_at = at')
    with op.batch_alter_table('message') as batch_op:
        batch_op.add_column(sa.Column('lead_id', ID, nullable=True))
        batch_op.create_foreign_key('fk_message_lead_id', 'lead', ['lead_id'], ['id'])
        batch_op.create_index('ix_message_lead', ['site_id', 'lead_id'], unique=False, sqlite_where=LEFT, postgresql_where=LEFT)
    with op.batch_alter_table('visitor') as batch_op:
        batch_op.add_column(sa.Column('visits', sa.Integer(), nullable=False, server_default='0'))
    op.create_table('lead_merge',
    sa.Column('id', ID, nullable=False),
    sa.Column('site_id', ID, nullable=False),
    sa.Column('winner_id', ID, nullable=False),
    sa.Column('loser_id', ID, nullable=False),
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.Column('cause', sa.String(length=16), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('moved', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['loser_id'], ['lead.id'], name=op.f('fk_lead_merge_loser_id')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_lead_merge_site_id')),
    sa.ForeignKeyConstraint(['winner_id'], ['lead.id'], name=op.f('fk_lead_merge_winner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lead_merge'))
    )
    with op.batch_alter_table('lead_merge') as batch_op:
        batch_op.create_index('ix_lead_merge_winner', ['site_id', 'winner_id', 'id'], unique=False)
        batch_op.create_index('ix_lead_merge_loser', ['site_id', 'loser_id', 'id'], unique=False)


def downgrade() -> None:
    op.drop_table('lead_merge')
    with op.batch_alter_table('visitor') as batch_op:
        batch_op.drop_column('visits')
    with op.batch_alter_table('message') as batch_op:
        batch_op.drop_index('ix_message_lead', sqlite_where=LEFT, postgresql_where=LEFT)
        batch_op.drop_constraint('fk_message_lead_id', type_='foreignkey')
        batch_op.drop_column('lead_id')
    with op.batch_alter_table('touchpoint') as batch_op:
        batch_op.drop_column('known_at')
    with op.batch_alter_table('lead_alias') as batch_op:
        batch_op.drop_index('ix_lead_alias_alike')
        batch_op.drop_column('alike')
    with op.batch_alter_table('lead') as batch_op:
        batch_op.drop_index('ix_lead_company_key')
        batch_op.drop_index('ix_lead_domain')
        batch_op.drop_index('ix_lead_merged', sqlite_where=MERGED, postgresql_where=MERGED)
        batch_op.drop_constraint('fk_lead_merged_into', type_='foreignkey')
        for name in ('joined', 'merged_into', 'company_key', 'domain'):
            batch_op.drop_column(name)
