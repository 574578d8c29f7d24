"""The tables of `casework.store.schema_case`."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("item_version_id", sa.String(length=60), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("group_code", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outlet_id", sa.String(length=26), nullable=False),
        sa.Column("window_id", sa.String(length=26), nullable=False),
        sa.Column("first_asked_by", sa.String(length=26), nullable=False),
        sa.Column("owner", sa.String(length=26), nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("road", sa.String(length=10), nullable=True),
        sa.Column("priority", sa.String(length=30), nullable=True),
        sa.Column("external_ref", sa.String(length=80), nullable=True),
        sa.Column("applicant_seq", sa.BigInteger(), nullable=True),
        sa.Column("form_seq", sa.BigInteger(), nullable=True),
        sa.Column("identity_confirmed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("application_digest", sa.String(length=64), nullable=True),
        sa.Column("signed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("clerk_id", sa.String(length=26), nullable=True),
        sa.Column("accepted_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("promised_due_ms", sa.BigInteger(), nullable=True),
        sa.Column("reserved_for", sa.String(length=26), nullable=True),
        sa.Column("reviewer_id", sa.String(length=26), nullable=True),
        sa.Column("lease_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("pending_decision_id", sa.String(length=26), nullable=True),
        sa.Column("pending_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("camera_call_id", sa.String(length=26), nullable=True),
        sa.Column("camera_identity_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("returned_seq", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.Column("decided_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("decision_seq", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("receiver_checked_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("issued_by", sa.String(length=26), nullable=True),
        sa.Column("issued_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("closed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("rated_at_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["item_version.id"],
            name=op.f("fk_cases_item_version_id_item_version"),
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_cases_outlet_id_outlet")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["window.id"], name=op.f("fk_cases_window_id_window")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    op.create_index(
        "ix_cases_pool", "cases", ["state", "group_code", "accepted_at_ms"], unique=False
    )
    op.create_index("ix_cases_reviewer", "cases", ["reviewer_id", "state"], unique=False)
    op.create_index(
        "ix_cases_window", "cases", ["outlet_id", "state", "opened_at_ms"], unique=False
    )
    op.create_table(
        "case_decision",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reviewer_id", sa.String(length=26), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=True),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("prepared_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("revert_cause", sa.String(length=20), nullable=True),
        sa.Column("entry_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_decision_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_decision")),
    )
    op.create_index(op.f("ix_case_decision_call_id"), "case_decision", ["call_id"], unique=False)
    op.create_index(op.f("ix_case_decision_case_id"), "case_decision", ["case_id"], unique=False)
    op.create_table(
        "case_fault",
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("mended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_fault_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("case_id", "round", "target", name=op.f("pk_case_fault")),
    )
    op.create_table(
        "case_hand",
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("staff_id", sa.String(length=26), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_hand_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "staff_id", "role", name=op.f("pk_case_hand")),
    )
    op.create_table(
        "case_index",
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_index_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("case_id", "field", name=op.f("pk_case_index")),
    )
    op.create_index("ix_case_index_field_value", "case_index", ["field", "value"], unique=False)
    op.create_table(
        "case_material",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("blob", sa.String(length=80), nullable=False),
        sa.Column("ciphertext_sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("check", sa.String(length=20), nullable=False),
        sa.Column("fault", sa.String(length=40), nullable=True),
        sa.Column("added_by", sa.String(length=40), nullable=False),
        sa.Column("added_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_material_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_material")),
        sa.UniqueConstraint(
            "case_id", "code", "version", name=op.f("uq_case_material_case_id_code_version")
        ),
    )
    op.create_table(
        "case_rating",
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.String(length=20), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("given_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_rating_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_rating")),
    )
    op.create_table(
        "case_review",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("reviewer_id", sa.String(length=26), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_review_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_review")),
    )
    op.create_index(op.f("ix_case_review_case_id"), "case_review", ["case_id"], unique=False)
    op.create_table(
        "case_state",
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.String(length=40), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_state_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_case_state")),
    )
