"""A city whose administrator opens outlets and windows and puts people into posts."""

import json

from sqlalchemy import select

from casework.actions.add_staff import AddStaff, add_staff
from casework.actions.grant_post import GrantPost, grant_post
from casework.actions.open_outlet import OpenOutlet, open_outlet
from casework.actions.open_window import OpenWindow, open_window
from casework.actor import SYSTEM
from casework.model.organisation import EmployerKind
from casework.model.outlet import OutletKind, WindowProfile
from casework.seed import LOGINS, SeedDemo, seed_demo
from casework.store.schema_log import entry
from casework.views.posts import posts_held

ORIGIN = "hall.example/log"
DAY_MS = 24 * 3_600_000


class City:
    """A seeded kernel, and the administrator who changes it."""

    def __init__(self, k):
        self.k = k
        hashes = dict.fromkeys(LOGINS, "argon2-of-nothing")
        self.seeded = k.writer.run_sync(seed_demo, SeedDemo(hashes), actor=SYSTEM)
        self.admin = self.seeded.actors["admin"]
        self.outlet = self.do(open_outlet, OpenOutlet(ORIGIN, "新网点", OutletKind.POST)).id

    def do(self, action, command, actor=None):
        return self.k.writer.run_sync(action, command, actor=actor or self.admin)

    def read(self, query, *args):
        with self.k.store.reading() as conn:
            return query(conn, *args)

    def entries(self):
        with self.k.store.reading() as conn:
            rows = conn.execute(
                select(entry.c.type, entry.c.body)
                .where(entry.c.chain == f"log:{ORIGIN}")
                .order_by(entry.c.seq)
            )
            return [(row.type, json.loads(row.body)) for row in rows]

    def window(self, number="1", outlet=None):
        command = OpenWindow(
            ORIGIN, outlet or self.outlet, number, f"{number}号窗口", WindowProfile.ONE_PC
        )
        return self.do(open_window, command).id

    def person(self, number="701", kind=EmployerKind.BANK, outlet="here"):
        place = self.outlet if outlet == "here" else outlet
        command = AddStaff(
            ORIGIN, number, f"柜员{number}", "示范银行", kind, "hash", outlet_id=place
        )
        return self.do(add_staff, command).id

    def post(self, staff, role, post="岗位"):
        return self.do(grant_post, GrantPost(ORIGIN, staff, role, post)).id

    def held(self, staff):
        return [post.role for post in self.read(posts_held, staff, self.k.clock.wall_ms())]
