"""Tables of the case. Personal values stand in none of them: they are sealed in `payload` under the
case's key, and a column ending in `_seq` names the entry on the case's chain that carries them.
"""

from sqlalchemy import (
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

ULID = String(26)
PENDING = text("pending_until_ms IS NOT NULL")

# One column a field of casework.model.case.Case, which explains them.
cases = Table(
    "cases",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("number", String(16), nullable=False, unique=True),
    Column("item_version_id", String(60), ForeignKey("item_version.id"), nullable=False),
    Column("item_code", String(40), nullable=False),
    Column("group_code", String(40), nullable=False),
    Column("state", String(30), nullable=False),
    Column("version", Integer, nullable=False),
    Column("outlet_id", ULID, ForeignKey("outlet.id"), nullable=False),
    Column("window_id", ULID, ForeignKey("window.id"), nullable=False),
    Column("first_asked_by", ULID, nullable=False),
    Column("owner", ULID, nullable=False),
    Column("opened_at_ms", BigInteger, nullable=False),
    Column("road", String(10)),
    Column("priority", String(30)),
    Column("applicant_seq", BigInteger),
    Column("form_seq", BigInteger),
    Column("identity_confirmed_at_ms", BigInteger),
    Column("application_digest", String(64)),
    Column("signed_at_ms", BigInteger),
    Column("clerk_id", ULID),
    Column("accepted_at_ms", BigInteger),
    Column("promised_due_ms", BigInteger),
    Column("reserved_for", ULID),
    Column("reviewer_id", ULID),
    Column("lease_until_ms", BigInteger),
    Column("pending_decision_id", ULID),
    Column("pending_until_ms", BigInteger),
    Column("camera_call_id", ULID),
    Column("camera_identity_at_ms", BigInteger),
    Column("returned_seq", BigInteger),
    Column("decided_by", ULID),
    Column("decided_at_ms", BigInteger),
    Column("decision_seq", BigInteger),
    Column("outcome", String(10)),
    Column("receiver_checked_at_ms", BigInteger),
    Column("issued_by", ULID),
    Column("issued_at_ms", BigInteger),
    Column("closed_at_ms", BigInteger),
    Column("rated_at_ms", BigInteger),
    Column("persons_seq", BigInteger),
    Column("present_seq", BigInteger),
    Column("channel", String(20), nullable=False, server_default="same_window"),
    Column("issue_outlet_id", ULID),
    Column("address_seq", BigInteger),
    Column("posted_seq", BigInteger),
    Column("delivered_at_ms", BigInteger),
    Column("visit_id", ULID),
    Column("prepared_by", ULID),
    Column("taken_over_at_ms", BigInteger),
    Column("at_hand_seq", BigInteger),
    Index("ix_cases_pool", "state", "group_code", "accepted_at_ms"),
    Index("ix_cases_window", "outlet_id", "state", "opened_at_ms"),
    Index("ix_cases_reviewer", "reviewer_id", "state"),
    # A list walks the index that fits its filter in the list's own order, and stops after a page.
    Index("ix_cases_opened", "opened_at_ms", "id"),
    *(
        Index(f"ix_cases_{name}_opened", column, "opened_at_ms", "id")
        for name, column in (
            ("outlet", "outlet_id"),
            ("window", "window_id"),
            ("state", "state"),
            ("group", "group_code"),
            ("item", "item_code"),
            ("clerk", "clerk_id"),
            ("reviewer", "reviewer_id"),
            ("decider", "decided_by"),
        )
    ),
    # A state that few cases are in must not be looked for among all of a group's, or of an item's.
    Index("ix_cases_group_state", "group_code", "state", "opened_at_ms", "id"),
    Index("ix_cases_item_state", "item_code", "state", "opened_at_ms", "id"),
    # Nor one outlet's, or one item's, cases among all that a reviewer may see.
    Index("ix_cases_group_outlet", "group_code", "outlet_id", "opened_at_ms", "id"),
    Index("ix_cases_group_item", "group_code", "item_code", "opened_at_ms", "id"),
    Index("ix_cases_accepted", "accepted_at_ms"),
    Index("ix_cases_decided", "decided_at_ms"),
    Index("ix_cases_issue_outlet", "issue_outlet_id", "state"),
    # What the sweep for overdue decisions looks for every two seconds among all cases there ever were.
    Index("ix_cases_pending", "pending_until_ms", sqlite_where=PENDING, postgresql_where=PENDING),
    Index("ix_cases_visit", "visit_id"),
)

# A state is an interval, so that times can be added up; the open one has no end.
case_state = Table(
    "case_state",
    metadata,
    Column("case_id", ULID, ForeignKey("cases.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", String(30), nullable=False),
    Column("verb", String(40), nullable=False),
    Column("actor_id", String(40), nullable=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    # What a day, and one person's day, was made of.
    Index("ix_case_state_from", "from_ms", "case_id"),
    Index("ix_case_state_actor", "actor_id", "from_ms"),
)

# Who had a hand in the case, and on which side: what separation of duties is judged by.
case_hand = Table(
    "case_hand",
    metadata,
    Column("case_id", ULID, ForeignKey("cases.id"), primary_key=True),
    Column("staff_id", ULID, primary_key=True),
    Column("role", String(20), primary_key=True),
)

# One row a holding of the review lock.
case_review = Table(
    "case_review",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("case_id", ULID, ForeignKey("cases.id"), nullable=False, index=True),
    Column("reviewer_id", ULID, nullable=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    Column("ended_by", String(40)),  # the verb that ended it
)

case_material = Table(
    "case_material",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("case_id", ULID, ForeignKey("cases.id"), nullable=False),
    Column("code", String(60), nullable=False),
    Column("version", Integer, nullable=False),
    Column("grade", String(1), nullable=False),
    Column("source", String(20), nullable=False),
    Column("blob", String(80), nullable=False),
    Column("ciphertext_sha256", String(64), nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("check", String(20), nullable=False),
    Column("fault", String(40)),
    Column("added_by", String(40), nullable=False),
    Column("added_at_ms", BigInteger, nullable=False),
    Column("page", Integer, nullable=False, server_default="1"),
    Column("origin_seq", BigInteger),
    UniqueConstraint("case_id", "code", "version"),
)

# What a return asked to be mended; `mended` is filled by the acts that answer it.
case_fault = Table(
    "case_fault",
    metadata,
    Column("case_id", ULID, ForeignKey("cases.id"), primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("target", String(80), primary_key=True),
    Column("reason", String(40), nullable=False),
    Column("mended", Boolean, nullable=False, default=False),
)

# A prepared decision; reasons, numbers and values are sealed in the entry `entry_seq`.
case_decision = Table(
    "case_decision",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("case_id", ULID, ForeignKey("cases.id"), nullable=False, index=True),
    Column("outcome", String(10), nullable=False),
    Column("reviewer_id", ULID, nullable=False),
    Column("call_id", ULID, index=True),
    Column("case_version", Integer, nullable=False),
    Column("prepared_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("status", String(10), nullable=False),
    Column("ended_at_ms", BigInteger),
    Column("revert_cause", String(20)),
    Column("entry_seq", BigInteger, nullable=False),
)

case_rating = Table(
    "case_rating",
    metadata,
    Column("case_id", ULID, ForeignKey("cases.id"), primary_key=True),
    Column("level", Integer, nullable=False),
    Column("given_by", String(20), nullable=False),
    Column("flagged", Boolean, nullable=False),
    Column("given_at_ms", BigInteger, nullable=False),
)

# Blind index: equal values find each other, the value stands nowhere. Goes when the case is erased.
case_index = Table(
    "case_index",
    metadata,
    Column("case_id", ULID, ForeignKey("cases.id"), primary_key=True),
    Column("field", String(30), primary_key=True),
    Column("value", String(64), nullable=False),
    Index("ix_case_index_field_value", "field", "value"),
)
