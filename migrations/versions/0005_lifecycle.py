"""scheduled work, and what the lifecycle keeps of a lead"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0003_agreement'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
PLANNED, DONE = "state = 'planned'", "state = 'done'"


def upgrade() -> None:
    op.create_table('scheduled',
    sa.Column('id', ID, nullable=False),
    sa.Column('site_id', ID, nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('payload', JSON, nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('run_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_scheduled_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scheduled')),
    sa.UniqueConstraint('site_id', 'key', name=op.f('uq_scheduled_site_id_key'))
    )
    op.create_index('ix_scheduled_due', 'scheduled', ['due_at', 'id'], sqlite_where=sa.text(PLANNED), postgresql_where=sa.text(PLANNED))
    op.create_index('ix_scheduled_done', 'scheduled', ['done_at'], sqlite_where=sa.text(DONE), postgresql_where=sa.text(DONE))

    with op.batch_alter_table('lead', schema=None) as batch_op:
        batch_op.add_column(sa.Column('snoozed_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('mql_threshold', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('mql_version', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('status_by', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('closed_code', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('sheet', JSON, nullable=True))

    with op.batch_alter_table('handoff_step', schema=None) as batch_op:
        batch_op.add_column(sa.Column('via', sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column('data', JSON, nullable=True))
        batch_op.alter_column('code', existing_type=sa.String(length=24), type_=sa.String(length=64), existing_nullable=True)

    # Leads of before have nothing planned for them yet: each is looked at once.
    op.execute("""INSERT INTO scheduled (site_id, key, kind, payload, state, due_at, run_at, attempts)
        SELECT id, 'review:0005:0', 'review', '{"cause": "0005", "after": 0}', 'planned', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 0 FROM site""")


def downgrade() -> None:
    with op.batch_alter_table('handoff_step', schema=None) as batch_op:
        batch_op.alter_column('code', existing_type=sa.String(length=64), type_=sa.String(length=24), existing_nullable=True, postgresql_using='left(code, 24)')
        batch_op.drop_column('data')
        batch_op.drop_column('via')

    with op.batch_alter_table('lead', schema=None) as batch_op:
        for column in ('sheet', 'closed_code', 'status_by', 'mql_version', 'mql_threshold', 'snoozed_until'):
            batch_op.drop_column(column)

    op.drop_index('ix_scheduled_done', table_name='scheduled')
    op.drop_index('ix_scheduled_due', table_name='scheduled')
    op.drop_table('scheduled')
