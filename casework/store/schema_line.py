"""Quality facts of a call: one row a leg, summed up as the call goes on.

Levels and rungs over time are intervals (`line:LEG`, `up:LEG`, `down:LEG`); here stand their present
values and the sums from which means are told.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table

from casework.store.base import metadata

# `reports` counts measured spans of about two seconds; `rtt_reports` and `jitter_reports` those
# that had such a figure. `*_sum` divided by them is the mean, `*_most` the worst of all. `level` is
# None before anything was measured.
leg_line = Table(
    "leg_line",
    metadata,
    Column("leg_id", ForeignKey("leg.id"), primary_key=True),
    Column("level", String(8)),
    Column("up", String(16), nullable=False),
    Column("down", String(16), nullable=False),
    Column("reports", Integer, nullable=False),
    Column("rtt_reports", Integer, nullable=False),
    Column("jitter_reports", Integer, nullable=False),
    Column("up_kbps_sum", BigInteger, nullable=False),
    Column("down_kbps_sum", BigInteger, nullable=False),
    Column("up_loss_permille_sum", BigInteger, nullable=False),
    Column("down_loss_permille_sum", BigInteger, nullable=False),
    Column("rtt_ms_sum", BigInteger, nullable=False),
    Column("jitter_ms_sum", BigInteger, nullable=False),
    Column("up_loss_permille_most", Integer, nullable=False),
    Column("down_loss_permille_most", Integer, nullable=False),
    Column("rtt_ms_most", Integer, nullable=False),
    Column("jitter_ms_most", Integer, nullable=False),
    Column("freezes", Integer, nullable=False),
)
