"""The made-up city for demonstrations."""

import pytest
from sqlalchemy import func, select

from casework.actor import SYSTEM, Role
from casework.errors import InvalidInput, NotAllowed
from casework.seed import LOGINS, SeedDemo, seed_demo
from casework.store import schema_org as s
from casework.views.grants import certified_groups
from scenes.case_scene import seeded_city


def test_who_is_in_the_city(k):
    city = seeded_city(k)
    roles = [actor.role for actor in city.actors.values()]
    assert roles.count(Role.REVIEWER) == 3
    assert {Role.DUTY_LEAD, Role.AUDITOR, Role.ADMIN, Role.CLERK} < set(roles)
    assert set(city.windows) == {"bank/1", "bank/2", "bank/3", "community/1", "community/2"}
    with k.store.reading() as conn:
        assert conn.scalar(select(s.centre.c.name)) == "市人社大厅"
        groups = {
            login: certified_groups(conn, actor.id, 0) for login, actor in city.actors.items()
        }
        names = conn.scalars(select(s.staff.c.name)).all()
    assert groups["reviewer2"] == {"insurance", "employment"}
    assert groups["clerk1"] == frozenset()
    assert all(name[-2:].isdigit() for name in names), "people are numbers, not names"


def test_the_hash_is_kept_as_it_was_given(k):
    hashes = {login: f"hash of {login}" for login in LOGINS}
    k.writer.run_sync(seed_demo, SeedDemo(hashes), actor=SYSTEM)
    with k.store.reading() as conn:
        rows = conn.execute(select(s.staff.c.login, s.staff.c.password_hash)).all()
    assert dict(map(tuple, rows)) == hashes


def test_only_into_an_empty_store_and_only_by_the_program(k, clerk):
    hashes = dict.fromkeys(LOGINS, "x")
    with pytest.raises(NotAllowed):
        k.writer.run_sync(seed_demo, SeedDemo(hashes), actor=clerk)
    with pytest.raises(InvalidInput):
        k.writer.run_sync(seed_demo, SeedDemo({"clerk1": "x"}), actor=SYSTEM)
    seeded_city(k)
    with pytest.raises(InvalidInput):
        seeded_city(k)
    with k.store.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(s.centre)) == 1
