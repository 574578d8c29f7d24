"""Tables of visits. Nothing about a person stands here: a visit has a number of the day and no name."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, String, Table

from casework.store.base import metadata

ULID = String(26)

# One column a field of casework.model.visit.Visit, which explains them.
visit = Table(
    "visit",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("outlet_id", ULID, ForeignKey("outlet.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("number", String(8), nullable=False),
    Column("opened_ms", BigInteger, nullable=False),
    Column("opened_by", ULID, nullable=False),
    Column("version", Integer, nullable=False),
    Column("priority", String(30)),
    Column("window_id", ULID, ForeignKey("window.id")),
    Column("misses", Integer, nullable=False, server_default="0"),
    Column("ended_ms", BigInteger),
    Column("end", String(20)),
    Index("uq_visit_outlet_id_day_number", "outlet_id", "day", "number", unique=True),
    # One open visit at a window at most; those that stand at none, or have ended, name none.
    Index("uq_visit_window_id", "window_id", unique=True),
)

# A step is an interval, so that times can be added up; the running one has no end.
visit_step = Table(
    "visit_step",
    metadata,
    Column("visit_id", ULID, ForeignKey("visit.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("step", String(10), nullable=False),
    Column("window_id", ULID),
    Column("actor_id", String(40), nullable=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
)
