"""reps who want to hear nothing for a while"""

import sqlalchemy as sa
from alembic import op

revision = '0009_rep_mute'
down_revision = '0008_erasure'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('rep_mute',
    sa.Column('id', ID, nullable=False),
    sa.Column('site_id', ID, nullable=False),
    sa.Column('rep', sa.String(length=64), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_rep_mute_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rep_mute')),
    sa.UniqueConstraint('site_id', 'rep', name=op.f('uq_rep_mute_site_id_rep'))
    )


def downgrade() -> None:
    op.drop_table('rep_mute')
