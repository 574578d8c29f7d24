"""Tables of the organisation: places, people, posts, certificates, what an outlet may accept.

Nothing is deleted: a row that no longer holds has an end. Times are wall milliseconds.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    false,
)

from casework.store.base import metadata

ULID = String(26)

centre = Table(
    "centre",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("name", String(80), nullable=False),
)

outlet = Table(
    "outlet",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("centre_id", ULID, ForeignKey("centre.id"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("kind", String(20), nullable=False),  # casework.model.outlet.OutletKind
    Column("active", Boolean, nullable=False, default=True),
    Column("closed_ms", BigInteger),
)

window = Table(
    "window",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("outlet_id", ULID, ForeignKey("outlet.id"), nullable=False),
    Column("number", String(10), nullable=False),
    Column("name", String(80), nullable=False),
    Column("profile", String(20), nullable=False),  # casework.model.outlet.WindowProfile
    Column("accepts", Boolean, nullable=False, default=True),
    Column("issues", Boolean, nullable=False, default=True),
    Column("closed_ms", BigInteger),
    Index("uq_window_outlet_id_number", "outlet_id", "number", unique=True),
)

reviewer_group = Table(
    "reviewer_group",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("centre_id", ULID, ForeignKey("centre.id"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("closed_ms", BigInteger),
)

# `number` is what citizens and colleagues see (审核员 03号); `employer` is whose staff it is by
# name, `employer_kind` tells host and bureau apart. `password_to_change`: somebody else knows it.
staff = Table(
    "staff",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("name", String(60), nullable=False),
    Column("login", String(60), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    Column("employer", String(80), nullable=False),
    Column("outlet_id", ULID, ForeignKey("outlet.id")),
    Column("centre_id", ULID, ForeignKey("centre.id")),
    Column("active", Boolean, nullable=False, default=True),
    Column("password_to_change", Boolean, nullable=False, server_default=false()),
    Column("employer_kind", String(10), nullable=False, server_default="bureau"),
)

post_grant = Table(
    "post_grant",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("staff_id", ULID, ForeignKey("staff.id"), nullable=False, index=True),
    Column("role", String(20), nullable=False),  # casework.actor.Role
    Column("post", String(60), nullable=False),  # 岗位 as shown, such as 综合柜员
    Column("outlet_id", ULID, ForeignKey("outlet.id")),
    Column("from_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    Column("granted_by", ULID, nullable=False),
    Column("ended_by", ULID),
)

# Who may review the items of a group.
certificate = Table(
    "certificate",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("staff_id", ULID, ForeignKey("staff.id"), nullable=False, index=True),
    Column("group_code", String(40), ForeignKey("reviewer_group.code"), nullable=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
)

outlet_item = Table(
    "outlet_item",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("outlet_id", ULID, ForeignKey("outlet.id"), nullable=False),
    Column("item_code", String(40), nullable=False),
    Column("mandatory", Boolean, nullable=False, default=True),
    Column("from_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    Index("ix_outlet_item_outlet_id_item_code", "outlet_id", "item_code"),
)

# Exceptions of the working calendar: public holidays and working weekends.
calendar_day = Table(
    "calendar_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False),
)
