"""docs/launch.md against the code: another programmer can hold what she builds against its example."""

import datetime as dt
import json
import re
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select

from casework.actions.add_platform_key import MAX_KEYS
from casework.actions.open_launch import OpenLaunch, open_launch
from casework.actor import SYSTEM
from casework.keys.key_ring import KeyRing
from casework.launch.mapping_file import read_mappings
from casework.launch.platform_key import ALGORITHMS, read_key
from casework.launch.signed import TYPE
from casework.model import launch as limits
from casework.store import schema_org as org
from casework.views.sealed_values import sealed_values
from outlet_client.api.launches import (
    CONTENT_TYPE,
    PATH,
    PER_MINUTE_ADDRESS,
    PER_MINUTE_PLATFORM,
)
from portal.error_table import row_of
from portal.routes import walk
from scenes.intake_platform import IntakePlatform, base64url

PAGE = (Path(__file__).parents[2] / "docs" / "launch.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
KEY, HEADER, CLAIMS, ANSWER = (json.loads(text) for kind, text in BLOCKS if kind == "json")
(TOKEN,) = ("".join(text.split()) for kind, text in BLOCKS if kind == "text")
(MAPPING,) = (text for kind, text in BLOCKS if kind == "yaml")
FILLED = dict(re.findall(r"^\| `((?:applicant|form)\.\w+)` \| (\S+) \|$", PAGE, re.MULTILINE))
PRIVATE = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
"""RFC 8032, 7.1, test 1, and so of RFC 8037, appendix A.1: a key that everybody has."""


class Zeros:
    """A key file whose every key is 32 zero bytes."""

    def create_key(self, _kind, _id):
        return bytes(32)


@pytest.fixture
def log_origin():
    return CLAIMS["aud"]


@pytest.fixture
def place(k, city):
    """The outlet of the example, with its window 1 and its item: the clerk who sits there."""

    def build(tx, _command):
        centre = tx.conn.scalar(select(org.centre.c.id))
        outlet = {"id": CLAIMS["outlet"], "centre_id": centre, "name": "示例网点", "kind": "bank"}
        tx.conn.execute(insert(org.outlet).values(**outlet))
        like = tx.conn.execute(
            select(org.window).where(org.window.c.id == city.windows["bank/1"])
        ).one()
        seat = {**like._mapping, "id": "01JD00000000000000000000WN", "outlet_id": CLAIMS["outlet"]}
        tx.conn.execute(insert(org.window).values(**seat))
        grant = {"id": "01JD00000000000000000000GR", "outlet_id": CLAIMS["outlet"], "from_ms": 0}
        tx.conn.execute(insert(org.outlet_item).values(**grant, item_code=CLAIMS["item"]))

    k.writer.run_sync(build, None, actor=SYSTEM)
    clerk = city.actors["clerk1"]
    return replace(clerk, outlet=CLAIMS["outlet"], window="01JD00000000000000000000WN")


def test_the_token_is_made_of_key_header_and_payload():
    parts = [
        json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in (HEADER, CLAIMS)
    ]
    unsigned = ".".join(base64url(part.encode()) for part in parts)
    signature = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(PRIVATE)).sign(unsigned.encode())
    assert f"{unsigned}.{base64url(signature)}" == TOKEN
    assert f"`{read_key(json.dumps(KEY)).thumbprint}`" in PAGE


async def test_the_example_leads_where_the_page_says(k, city, place, sign_in):
    platform = IntakePlatform(k, replace(city, outlets={**city.outlets, "page": place.outlet}))
    platform.open(CLAIMS["iss"], json.dumps(KEY), HEADER["kid"])
    platform.allow("page")
    assert platform.map(MAPPING).saved == (CLAIMS["item"],)
    k.clock.set_wall(CLAIMS["iat"] * 1_000)
    outside = await sign_in()
    sent = {"data": TOKEN, "headers": {"Content-Type": CONTENT_TYPE}}
    answer = await outside.client.post(PATH, **sent)
    assert answer.status == HTTPStatus.CREATED
    said = await answer.json()
    handle = said["path"].rpartition("/")[2]
    assert said.keys() == ANSWER.keys()
    assert said["expires_ms"] == ANSWER["expires_ms"]
    assert said["path"] == f"/window/launch/{k.keys.launch_handle(TOKEN)}"
    assert ANSWER["path"] == f"/window/launch/{KeyRing(Zeros()).launch_handle(TOKEN)}"
    # The very same token again, as when the answer was lost.
    answer = await outside.client.post(PATH, **sent)
    assert (answer.status, await answer.json()) == (HTTPStatus.OK, said)

    opened = k.writer.run_sync(open_launch, OpenLaunch(handle), actor=place)
    assert opened.left_out == 1
    with k.store.reading() as conn:
        chain = f"case:{opened.case_id}"
        found = {
            f"{group}.{code}": value
            for group in ("applicant", "form")
            for code, value in sealed_values(conn, k.keys, chain, 1, group).items()
        }
        left_out = sealed_values(conn, k.keys, chain, 1, "launch")
    assert found == FILLED
    assert list(left_out.values()) == [CLAIMS["fields"]["beizhu"]]
    assert "`beizhu` stands beside it as `not_mapped`" in PAGE


def test_the_refusals_are_those_of_the_route(app):
    (route,) = (one.operation for one in walk(app) if (one.method, one.path) == ("POST", PATH))
    told = re.findall(r"^\| (\d{3}) \| `([A-Z]-\d+)` \|", PAGE, re.MULTILINE)
    assert {code: int(status) for status, code in told} == {
        code: row_of(code).status for code in route.refusals
    }


def test_limits_and_names_are_those_of_the_code():
    for said in (
        f"at most {limits.MAX_LAUNCH_BYTES} bytes",
        f"at most {limits.MAX_LIFE_S} from one to the other",
        f"differ by {limits.SKEW_S} seconds",
        f"8 to {limits.MAX_JTI} characters",
        f"at most {limits.MAX_REF} characters",
        f"at most {limits.MAX_LAUNCH_FIELDS} texts of at most {limits.MAX_FIELD_VALUE} characters",
        f"names of at most {limits.MAX_FIELD_NAME}",
        f"for {limits.LINK_MS // dt.timedelta(minutes=1).seconds // 1_000} minutes",
        f"{limits.MAX_WAITING_LAUNCHES} launches of the platform wait",
        f"{PER_MINUTE_ADDRESS} from an address, {PER_MINUTE_PLATFORM} of a platform",
        f"`{TYPE}`",
        f"`POST {PATH}`, `Content-Type: {CONTENT_TYPE}`",
        *(f"`{name}`" for name in ALGORITHMS),
        *(f"| `{reason}` |" for reason in limits.LeftOutReason),
    ):
        assert said in PAGE, said
    assert MAX_KEYS == 8
    assert "At most eight hold at a time" in PAGE
    assert read_mappings("mapping.yaml", MAPPING.encode()).bad_rows == ()
