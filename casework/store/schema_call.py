"""Tables of the call: its queue, persons, legs and recording, and how long each state lasted."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from casework.store.base import metadata
from casework.store.schema_log import POSITION

_ID = String(26)

# `version` grows with every change of the row. `epoch` is the fencing number of the room's lease:
# a worker with an older one is refused. `evidence_from_ms` is where evidence begins (again): marks
# before it do not count. `queued_ms` is the first time in the queue; `requeued` puts it at the head.
call = Table(
    "call",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("direction", String(16), nullable=False),
    Column("group_code", String(40)),
    Column("outlet_id", _ID, nullable=False),
    Column("window_id", _ID, nullable=False),
    Column("profile", String(20), nullable=False),
    Column("interruption", String(24), nullable=False),
    Column("requested_by", String(26), nullable=False),
    Column("clerk_id", String(26)),
    Column("reviewer_id", String(26)),
    Column("own_reviewer_id", String(26)),
    Column("priority", Boolean, nullable=False, default=False),
    Column("state", String(20), nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("requested_ms", BigInteger, nullable=False),
    Column("queued_ms", BigInteger),
    Column("requeued", Boolean, nullable=False, default=False),
    Column("place", Integer),
    Column("expected_wait_ms", BigInteger),
    Column("accepted_ms", BigInteger),
    Column("active_ms", BigInteger),
    Column("resume_to", String(20)),
    Column("recheck_due", Boolean, nullable=False, default=False),
    Column("evidence_from_ms", BigInteger),
    Column("worker", String(64)),
    Column("epoch", Integer, nullable=False, default=0),
    Column("ended_ms", BigInteger),
    Column("end_reason", String(24)),
    Index("ix_call_state", "state", "since_ms"),
    Index("ix_call_accepted", "accepted_ms"),
    Index("ix_call_window", "window_id", "requested_ms"),
    Index("ix_call_reviewer", "reviewer_id", "state"),
)

call_case = Table(
    "call_case",
    metadata,
    Column("call_id", ForeignKey("call.id"), primary_key=True),
    Column("case_id", _ID, primary_key=True),
    Column("from_ms", BigInteger, nullable=False),
    Index("ix_call_case_case", "case_id"),
)

# Each time somebody was rung. `ends_ms` is when the ringing is over.
call_offer = Table(
    "call_offer",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("call_id", ForeignKey("call.id"), nullable=False),
    Column("staff_id", String(26), nullable=False),
    Column("offered_ms", BigInteger, nullable=False),
    Column("ends_ms", BigInteger, nullable=False),
    Column("outcome", String(16)),
    Column("outcome_ms", BigInteger),
    Column("reason", String(32)),
    Index("ix_call_offer_call", "call_id"),
    Index(
        "uq_call_offer_open_staff",
        "staff_id",
        unique=True,
        sqlite_where=text("outcome IS NULL"),
        postgresql_where=text("outcome IS NULL"),
    ),
    Index(
        "uq_call_offer_open_call",
        "call_id",
        unique=True,
        sqlite_where=text("outcome IS NULL"),
        postgresql_where=text("outcome IS NULL"),
    ),
)

# Who takes part. No names: staff by id, the others by kind; a name belongs to the case.
call_person = Table(
    "call_person",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("call_id", ForeignKey("call.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("staff_id", String(26)),
    Column("since_ms", BigInteger, nullable=False),
    Column("answer", String(16)),
    Column("answered_ms", BigInteger),
    Column("notice_version", String(40)),
    Column("notice_sha256", String(64)),
    Index("ix_call_person_call", "call_id"),
)

# `admitted` is the list of sources that may be forwarded and recorded now; `sent` what the page
# says it has; `required` what must be recorded.
leg = Table(
    "leg",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("call_id", ForeignKey("call.id"), nullable=False),
    Column("seat", String(16), nullable=False),
    Column("site", String(16), nullable=False),
    Column("staff_id", String(26)),
    Column("state", String(16), nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("sent", JSON, nullable=False),
    Column("required", JSON, nullable=False),
    Column("admitted", JSON, nullable=False),
    Column("incarnation", Integer, nullable=False, default=0),
    UniqueConstraint("call_id", "seat"),
)

# How long something was in a state: `subject` = "call:ID", "leg:ID" or "staff:ID".
interval = Table(
    "interval",
    metadata,
    Column("position", POSITION, primary_key=True, autoincrement=True),
    Column("subject", String(40), nullable=False),
    Column("state", String(24), nullable=False),
    Column("reason", String(32)),
    Column("from_ms", BigInteger, nullable=False),
    Column("from_mono_ms", BigInteger, nullable=False),
    Column("to_ms", BigInteger),
    Column("to_mono_ms", BigInteger),
    Index("ix_interval_subject", "subject", "position"),
    Index(
        "uq_interval_open",
        "subject",
        unique=True,
        sqlite_where=text("to_ms IS NULL"),
        postgresql_where=text("to_ms IS NULL"),
    ),
)

# What staff declared, and whether one of their pages is reachable. `misses` counts running ones.
presence = Table(
    "presence",
    metadata,
    Column("staff_id", String(26), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("outlet_id", _ID),
    Column("window_id", _ID),
    Column("state", String(16), nullable=False),
    Column("reason", String(24)),
    Column("since_ms", BigInteger, nullable=False),
    Column("free_since_ms", BigInteger, nullable=False),
    Column("misses", Integer, nullable=False, default=0),
    Column("reachable", Boolean, nullable=False, default=False),
    Index("ix_presence_role", "role", "state"),
)

# One row: the hall as every outlet sees it, brought up to date by the acts that change it.
hall = Table(
    "hall",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("on_duty", Integer, nullable=False),
    Column("free", Integer, nullable=False),
    Column("waiting", Integer, nullable=False),
    Column("expected_wait_ms", BigInteger),
)

# One row a call whose recorder was armed. `last_n` is the last durable event of the worker link
# that is committed; `tracks` the expected ones [{site, source}]. The health columns are the
# worker's newest report and age with `health_mono_ms`.
recording = Table(
    "recording",
    metadata,
    Column("call_id", ForeignKey("call.id"), primary_key=True),
    Column("format", String(40), nullable=False),
    Column("tracks", JSON, nullable=False),
    Column("last_n", BigInteger, nullable=False, default=0),
    Column("started_ms", BigInteger, nullable=False),
    Column("started_mono_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column("end_reason", String(64)),
    Column("health_ok", Boolean, nullable=False, default=False),
    Column("health_cause", String(64)),
    Column("health_mono_ms", BigInteger),
    Column("last_durable_mono_ms", BigInteger),
    Column("faults", Integer, nullable=False, default=0),
    # Literal, so that a query by it finds the index: nearly all recordings have ended.
    Index(
        "ix_recording_open",
        "call_id",
        sqlite_where=text("ended_ms IS NULL"),
        postgresql_where=text("ended_ms IS NULL"),
    ),
)

part = Table(
    "part",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("call_id", ForeignKey("call.id"), nullable=False),
    Column("leg_id", String(64), nullable=False),
    Column("site", String(64), nullable=False),
    Column("sources", JSON, nullable=False),
    Column("commitment", String(64), nullable=False),
    Column("header_sha256", String(64), nullable=False),
    Column("previous", String(32)),
    Column("cause", String(24)),
    Column("opened_ms", BigInteger, nullable=False),
    Column("opened_mono_ms", BigInteger, nullable=False),
    Column("closed_ms", BigInteger),
    Column("closed_mono_ms", BigInteger),
    Column("head_mono_ms", BigInteger),
    Column("segments", BigInteger, nullable=False, default=0),
    Column("record_sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False, default=0),
    Column("audio_frames", BigInteger, nullable=False, default=0),
    Column("video_frames", BigInteger, nullable=False, default=0),
    Column("missing_frames", BigInteger, nullable=False, default=0),
    Index("ix_part_call", "call_id"),
)

gap = Table(
    "gap",
    metadata,
    Column("call_id", ForeignKey("call.id"), primary_key=True),
    Column("n", BigInteger, primary_key=True),
    Column("leg_id", String(64), nullable=False),
    Column("site", String(64), nullable=False),
    Column("source", String(20), nullable=False),
    Column("cause", String(24), nullable=False),
    Column("t_ms", BigInteger, nullable=False),
    Column("from_mono_ms", BigInteger, nullable=False),
    Column("to_mono_ms", BigInteger, nullable=False),
    Column("frames", BigInteger),
)

# A point on the timeline. `ref` is an id of what it points at (material, person, decision).
mark = Table(
    "mark",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("call_id", ForeignKey("call.id"), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("t_ms", BigInteger, nullable=False),
    Column("mono_ms", BigInteger, nullable=False),
    Column("actor_id", String(80), nullable=False),
    Column("case_id", _ID),
    Column("ref", String(64)),
    Index("ix_mark_call", "call_id", "t_ms"),
)

# A code is kept only as its hash and works once; a screen is what a paired device signs in as.
pairing_code = Table(
    "pairing_code",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("window_id", _ID, nullable=False),
    Column("issued_by", String(26), nullable=False),
    Column("issued_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger),
)

citizen_screen = Table(
    "citizen_screen",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("window_id", _ID, nullable=False),
    Column("outlet_id", _ID, nullable=False),
    Column("paired_by", String(26), nullable=False),
    Column("paired_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    Index("ix_citizen_screen_window", "window_id"),
)
