"""what visitors thought of a conversation"""

import sqlalchemy as sa
from alembic import op

revision = '0006_rating'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rating', sa.String(length=8), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.drop_column('rating')
