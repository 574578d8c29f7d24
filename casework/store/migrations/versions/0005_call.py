"""The tables of `casework.store.schema_call`."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("group_code", sa.String(length=40), nullable=True),
        sa.Column("outlet_id", sa.String(length=26), nullable=False),
        sa.Column("window_id", sa.String(length=26), nullable=False),
        sa.Column("profile", sa.String(length=20), nullable=False),
        sa.Column("interruption", sa.String(length=24), nullable=False),
        sa.Column("requested_by", sa.String(length=26), nullable=False),
        sa.Column("clerk_id", sa.String(length=26), nullable=True),
        sa.Column("reviewer_id", sa.String(length=26), nullable=True),
        sa.Column("own_reviewer_id", sa.String(length=26), nullable=True),
        sa.Column("priority", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("requested_ms", sa.BigInteger(), nullable=False),
        sa.Column("queued_ms", sa.BigInteger(), nullable=True),
        sa.Column("requeued", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("expected_wait_ms", sa.BigInteger(), nullable=True),
        sa.Column("accepted_ms", sa.BigInteger(), nullable=True),
        sa.Column("active_ms", sa.BigInteger(), nullable=True),
        sa.Column("resume_to", sa.String(length=20), nullable=True),
        sa.Column("recheck_due", sa.Boolean(), nullable=False),
        sa.Column("evidence_from_ms", sa.BigInteger(), nullable=True),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("end_reason", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    op.create_index("ix_call_reviewer", "call", ["reviewer_id", "state"], unique=False)
    op.create_index("ix_call_state", "call", ["state"], unique=False)
    op.create_index("ix_call_window", "call", ["window_id", "requested_ms"], unique=False)
    op.create_table(
        "citizen_screen",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("window_id", sa.String(length=26), nullable=False),
        sa.Column("outlet_id", sa.String(length=26), nullable=False),
        sa.Column("paired_by", sa.String(length=26), nullable=False),
        sa.Column("paired_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_screen")),
    )
    op.create_index("ix_citizen_screen_window", "citizen_screen", ["window_id"], unique=False)
    op.create_table(
        "hall",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("on_duty", sa.Integer(), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("expected_wait_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall")),
    )
    op.create_table(
        "interval",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("from_mono_ms", sa.BigInteger(), nullable=False),
        sa.Column("to_ms", sa.BigInteger(), nullable=True),
        sa.Column("to_mono_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_interval")),
    )
    op.create_index("ix_interval_subject", "interval", ["subject", "position"], unique=False)
    op.create_index(
        "uq_interval_open",
        "interval",
        ["subject"],
        unique=True,
        sqlite_where=sa.text("to_ms IS NULL"),
        postgresql_where=sa.text("to_ms IS NULL"),
    )
    op.create_table(
        "pairing_code",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("window_id", sa.String(length=26), nullable=False),
        sa.Column("issued_by", sa.String(length=26), nullable=False),
        sa.Column("issued_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_pairing_code")),
    )
    op.create_table(
        "presence",
        sa.Column("staff_id", sa.String(length=26), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("outlet_id", sa.String(length=26), nullable=True),
        sa.Column("window_id", sa.String(length=26), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("free_since_ms", sa.BigInteger(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_presence")),
    )
    op.create_index("ix_presence_role", "presence", ["role", "state"], unique=False)
    op.create_table(
        "call_case",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_case_call_id_call")),
        sa.PrimaryKeyConstraint("call_id", "case_id", name=op.f("pk_call_case")),
    )
    op.create_index("ix_call_case_case", "call_case", ["case_id"], unique=False)
    op.create_table(
        "call_offer",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("staff_id", sa.String(length=26), nullable=False),
        sa.Column("offered_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_ms", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("outcome_ms", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_offer_call_id_call")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_offer")),
    )
    op.create_index("ix_call_offer_call", "call_offer", ["call_id"], unique=False)
    op.create_index(
        "uq_call_offer_open_call",
        "call_offer",
        ["call_id"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_index(
        "uq_call_offer_open_staff",
        "call_offer",
        ["staff_id"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_table(
        "call_person",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.String(length=26), nullable=True),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.Column("answered_ms", sa.BigInteger(), nullable=True),
        sa.Column("notice_version", sa.String(length=40), nullable=True),
        sa.Column("notice_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_person_call_id_call")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_person")),
    )
    op.create_index("ix_call_person_call", "call_person", ["call_id"], unique=False)
    op.create_table(
        "gap",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("leg_id", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("t_ms", sa.BigInteger(), nullable=False),
        sa.Column("from_mono_ms", sa.BigInteger(), nullable=False),
        sa.Column("to_mono_ms", sa.BigInteger(), nullable=False),
        sa.Column("frames", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_gap_call_id_call")),
        sa.PrimaryKeyConstraint("call_id", "n", name=op.f("pk_gap")),
    )
    op.create_table(
        "leg",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("seat", sa.String(length=16), nullable=False),
        sa.Column("site", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.String(length=26), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.JSON(), nullable=False),
        sa.Column("required", sa.JSON(), nullable=False),
        sa.Column("admitted", sa.JSON(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_leg_call_id_call")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leg")),
        sa.UniqueConstraint("call_id", "seat", name=op.f("uq_leg_call_id_seat")),
    )
    op.create_table(
        "mark",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("t_ms", sa.BigInteger(), nullable=False),
        sa.Column("mono_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.String(length=80), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=True),
        sa.Column("ref", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_mark_call_id_call")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
    )
    op.create_index("ix_mark_call", "mark", ["call_id", "t_ms"], unique=False)
    op.create_table(
        "part",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("leg_id", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("header_sha256", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=32), nullable=True),
        sa.Column("cause", sa.String(length=24), nullable=True),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("opened_mono_ms", sa.BigInteger(), nullable=False),
        sa.Column("closed_ms", sa.BigInteger(), nullable=True),
        sa.Column("closed_mono_ms", sa.BigInteger(), nullable=True),
        sa.Column("head_mono_ms", sa.BigInteger(), nullable=True),
        sa.Column("segments", sa.BigInteger(), nullable=False),
        sa.Column("record_sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("audio_frames", sa.BigInteger(), nullable=False),
        sa.Column("video_frames", sa.BigInteger(), nullable=False),
        sa.Column("missing_frames", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_part_call_id_call")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part")),
    )
    op.create_index("ix_part_call", "part", ["call_id"], unique=False)
    op.create_table(
        "recording",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("tracks", sa.JSON(), nullable=False),
        sa.Column("last_n", sa.BigInteger(), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("started_mono_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("end_reason", sa.String(length=64), nullable=True),
        sa.Column("health_ok", sa.Boolean(), nullable=False),
        sa.Column("health_cause", sa.String(length=64), nullable=True),
        sa.Column("health_mono_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_durable_mono_ms", sa.BigInteger(), nullable=True),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_recording_call_id_call")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_recording")),
    )
