"""The administrator's pages of intake platforms: made by forms, refused with codes, and nothing half done."""

import json

import pytest
from aiohttp import FormData
from sqlalchemy import select

from backoffice_console.pages.admin_platforms import MAX_TYPED
from casework.launch.mapping_file import MAX_MAPPING_BYTES, read_mappings
from casework.store import schema_launch as s
from casework.store.reading import entries_of
from scenes.intake_platform import ISSUER, KID, MAPPING, private_key

NAME = "示范市政务服务平台"
KEY = private_key()
UNFIT = MAPPING.replace("account: yhkh", "no_such: yhkh")


@pytest.fixture
def rows(house):
    def do(query):
        with house.kernel.store.reading() as conn:
            return conn.execute(query).all()

    return do


@pytest.fixture
async def path(client, sign_in):
    """The page of a platform that was registered by its form."""
    await sign_in("admin", "admin")
    form = {"name": NAME, "issuer": ISSUER}
    answer = await client.post("/admin/platforms", data=form, allow_redirects=False)
    assert answer.status == 303
    return answer.headers["Location"]


@pytest.fixture
def post(client, path):
    async def do(deed, **form):
        answer = await client.post(f"{path}/{deed}", data=form)
        return answer.status, await answer.text()

    return do


@pytest.fixture
def hand_in(client, path):
    async def do(content, name="mapping.yaml"):
        form = FormData()
        form.add_field("file", content, filename=name)
        answer = await client.post(f"{path}/mapping/file", data=form)
        return answer.status, await answer.text()

    return do


async def test_a_platform_is_set_up_by_forms(client, path, post, rows, house):
    status, page = await post("keys", kid=KID, key=KEY.as_pem(private=False).decode())
    assert status == 200
    assert KEY.thumbprint() in page
    outlet = house.city.outlets["bank"]
    await post("allow", outlet=outlet)
    status, page = await post("mapping", mapping=MAPPING.replace("\n", "\r\n"))
    assert (status, 'data-saved="1"' in page) == (200, True)
    assert [row.item_code for row in rows(select(s.platform_mapping))] == ["SB-002"]
    assert [row.outlet_id for row in rows(select(s.platform_outlet))] == [outlet]
    lines = await (await client.get("/admin/platforms")).text()
    assert NAME in lines
    assert ISSUER in lines
    # The file that is given out is read in again as it was.
    exported = await client.get(f"{path}/mapping.yaml")
    assert exported.headers["Cache-Control"] == "no-store"
    content = await exported.read()
    assert read_mappings("m", content).mappings == read_mappings("m", MAPPING.encode()).mappings


async def test_what_was_set_up_is_taken_back(post, rows, house):
    await post("keys", kid=KID, key=json.dumps(KEY.as_dict(private=False)))
    await post("keys", key=json.dumps(private_key("OKP").as_dict(private=False)))
    outlet = house.city.outlets["bank"]
    for deed in ("allow", "withdraw"):
        await post(deed, outlet=outlet)
    assert rows(select(s.platform_outlet)) == []
    await post("mapping", mapping=MAPPING)
    await post("unmap", item="SB-002")
    assert rows(select(s.platform_mapping)) == []
    assert (await post("keys/end", kid=KID, until=""))[0] == 200
    status, page = await post("keys/end", kid=KID, until="")
    assert (status, "O-06" in page) == (409, True)
    assert [
        row.kid for row in rows(select(s.platform_key).where(s.platform_key.c.until_ms.is_(None)))
    ] != [KID]
    await post("close")
    status, _ = await post("keys", kid="new", key=json.dumps(KEY.as_dict(private=False)))
    assert status == 409


async def test_refusals_stand_on_the_page_with_their_codes(client, post, rows):
    private = KEY.as_pem(private=True).decode()
    status, page = await post("keys", key=private)
    assert (status, "J-12" in page) == (422, True)
    assert "PRIVATE KEY" not in page
    assert (await post("keys", key="no key"))[0] == 422
    assert (await post("keys", kid="a b", key=json.dumps(KEY.as_dict(private=False))))[0] == 422
    assert rows(select(s.platform_key)) == []
    again = await client.post("/admin/platforms", data={"name": "另一平台", "issuer": ISSUER})
    assert (again.status, "O-01" in await again.text()) == (409, True)
    for issuer in ("", "群众", "a b", "x" * 121):
        form = {"name": "另一平台", "issuer": issuer}
        assert (await client.post("/admin/platforms", data=form)).status == 422
    assert (await post("allow", outlet="0" * 26))[0] == 404
    assert (await post("keys/end", kid="nobody", until=""))[0] == 404
    assert (await post("keys/end", kid=KID, until="someday"))[0] == 422
    assert (await post("unmap", item="SB-002"))[0] == 404
    assert (await post("no-such-deed"))[0] == 404
    assert (await client.get(f"/admin/platforms/{'0' * 26}")).status == 404


async def test_a_mapping_that_does_not_fit_stays_in_its_field_and_changes_nothing(post, rows):
    status, page = await post("mapping", mapping=f"{MAPPING}---\nitem: SB-001\nform: {{gone: x}}\n")
    assert (status, 'data-fault="unknown_field"' in page) == (422, True)
    assert "SB-001" in page
    assert "form.gone" in page
    assert "gone: x" in page
    assert rows(select(s.platform_mapping)) == []
    status, page = await post("mapping", mapping="item: [")
    assert (status, 'data-fault="not_readable"' in page) == (422, True)
    status, page = await post("mapping", mapping="item: XX-999\n")
    assert (status, 'data-fault="unknown_item"' in page) == (422, True)
    values = MAPPING.replace("date: YYYYMMDD", "values: {yesterday: 昨天}")
    status, page = await post("mapping", mapping=values)
    assert (status, 'data-fault="value_does_not_fit"' in page) == (422, True)


async def test_a_mapping_is_typed_up_to_a_length_and_handed_in_beyond(client, path, hand_in):
    lines = [f"  - {'字' * 70}{number:03d}" for number in range(150)]
    long = "\n".join(["item: SB-001", "ignored:", *lines, ""])
    form = FormData()
    form.add_field("mapping", long, content_type="text/plain")
    answer = await client.post(f"{path}/mapping", data=form)
    page = await answer.text()
    assert (answer.status, 'data-saved="1"' in page) == (200, True)
    assert 'name="mapping"' in page
    two = f"{long}---\n{long.replace('SB-001', 'SB-002')}"
    assert len(two) > MAX_TYPED
    status, page = await hand_in(two.encode())
    assert (status, 'data-saved="1"' in page) == (200, True)
    assert 'id="too-long-here"' in page
    assert 'name="mapping"' not in page


async def test_a_file_is_taken_over_or_refused_as_a_whole(hand_in, rows):
    status, page = await hand_in(MAPPING.encode())
    assert (status, 'data-saved="1"' in page) == (200, True)
    status, page = await hand_in(MAPPING.encode())
    assert (status, 'data-saved="0"' in page) == (200, True)
    assert (await hand_in(UNFIT.encode()))[0] == 422
    assert (await hand_in(b"\xff\xfe"))[0] == 422
    status, page = await hand_in(b"#" * (MAX_MAPPING_BYTES + 1))
    assert (status, "K-01" in page) == (422, True)
    (row,) = rows(select(s.platform_mapping))
    assert json.loads(row.content)["form"]["account"]["source"] == "yhkh"


async def test_each_change_is_an_entry_without_names_and_keys(post, house):
    await post("keys", kid=KID, key=json.dumps(KEY.as_dict(private=False)))
    await post("allow", outlet=house.city.outlets["bank"])
    await post("mapping", mapping=MAPPING)
    await post("unmap", item="SB-002")
    await post("close")
    chain = f"log:{house.log.published().origin}"
    with house.kernel.store.reading() as conn:
        entries = [one for one in entries_of(conn, chain) if ".platform_" in one.type]
    assert [one.type for one in entries] == [
        "org.platform_opened",
        "org.platform_key_added",
        "org.platform_outlet_set",
        "org.platform_mapping_saved",
        "org.platform_mapping_removed",
        "org.platform_closed",
    ]
    told = b"".join(one.body for one in entries).decode()
    assert not any(word in told for word in (NAME, ISSUER, KEY.as_dict(private=False)["x"], "yhkh"))


@pytest.mark.parametrize(("door", "login"), [("lead", "lead"), ("clerk", "clerk1")])
async def test_nobody_else_changes_a_platform(client, sign_in, path, door, login):
    await client.post("/sign-out/admin")
    await sign_in(door, login)
    for deed in ("keys", "keys/end", "allow", "mapping", "mapping/file", "close"):
        assert (await client.post(f"{path}/{deed}", data={})).status in {401, 403}
    assert (await client.get(path)).status in {401, 403}
    assert (await client.get(f"{path}/mapping.yaml")).status in {401, 403}
