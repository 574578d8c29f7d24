"""The tables of `casework.store.schema_org`."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "centre",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centre")),
    )
    op.create_table(
        "outlet",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("centre_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_outlet_centre_id_centre")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet")),
    )
    op.create_table(
        "reviewer_group",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("centre_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_reviewer_group_centre_id_centre")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reviewer_group")),
    )
    op.create_table(
        "outlet_item",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("outlet_id", sa.String(length=26), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_outlet_item_outlet_id_outlet")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_item")),
    )
    op.create_index(
        "ix_outlet_item_outlet_id_item_code",
        "outlet_item",
        ["outlet_id", "item_code"],
        unique=False,
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("employer", sa.String(length=80), nullable=False),
        sa.Column("outlet_id", sa.String(length=26), nullable=True),
        sa.Column("centre_id", sa.String(length=26), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_staff_centre_id_centre")
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_staff_outlet_id_outlet")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
        sa.UniqueConstraint("number", name=op.f("uq_staff_number")),
    )
    op.create_table(
        "window",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("outlet_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("profile", sa.String(length=20), nullable=False),
        sa.Column("accepts", sa.Boolean(), nullable=False),
        sa.Column("issues", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_window_outlet_id_outlet")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window")),
    )
    op.create_index("uq_window_outlet_id_number", "window", ["outlet_id", "number"], unique=True)
    op.create_table(
        "certificate",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("staff_id", sa.String(length=26), nullable=False),
        sa.Column("group_code", sa.String(length=40), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_code"],
            ["reviewer_group.code"],
            name=op.f("fk_certificate_group_code_reviewer_group"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_certificate_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
    )
    op.create_index(op.f("ix_certificate_staff_id"), "certificate", ["staff_id"], unique=False)
    op.create_table(
        "post_grant",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("staff_id", sa.String(length=26), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False),
        sa.Column("outlet_id", sa.String(length=26), nullable=True),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("granted_by", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_post_grant_outlet_id_outlet")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_post_grant_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_grant")),
    )
    op.create_index(op.f("ix_post_grant_staff_id"), "post_grant", ["staff_id"], unique=False)
