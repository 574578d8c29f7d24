"""Static files, the import map, and that nothing else can be read."""

import gzip
import json
import re
from pathlib import Path

import pytest

from portal.hashed_files import StaticFiles
from portal.keys import STATIC


async def page_map(client, path: str = "/") -> dict:
    text = await (await client.get(path)).text()
    return json.loads(
        re.search(r'<script type="importmap"[^>]*>(.*?)</script>', text, re.DOTALL)[1]
    )


async def test_a_hashed_address_is_kept_for_ever(client, app):
    url = app[STATIC].url("portal/css/base.css")
    assert re.fullmatch(r"/static/portal/css/base\.[0-9a-f]{16}\.css", url)
    answer = await client.get(url)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content_type == "text/css"


async def test_a_plain_address_is_asked_for_again(client):
    answer = await client.get("/static/portal/css/base.css")
    assert answer.headers["Cache-Control"] == "no-cache"
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert (await client.get("/static/portal/css/base.css", headers=tag)).status == 304


async def test_an_outdated_hash_is_not_answered_with_other_content(client):
    assert (await client.get(f"/static/portal/css/base.{'0' * 16}.css")).status == 404


async def test_text_travels_packed(client, app):
    url = app[STATIC].url("portal/css/pieces.css")
    answer = await client.get(url, headers={"Accept-Encoding": "gzip"}, auto_decompress=False)
    packed = await answer.read()
    assert answer.headers["Content-Encoding"] == "gzip"
    plain = await client.get(url, headers={"Accept-Encoding": "identity"})
    assert gzip.decompress(packed) == await plain.read()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("../keys.py", 404),
        ("portal/../keys.py", 404),
        ("portal/%2e%2e/keys.py", 404),
        ("portal//css/base.css", 404),
        ("portal", 404),
        ("%00", 400),  # no address holds it
    ],
)
async def test_only_handed_in_files_have_a_name(client, name, status):
    assert (await client.get(f"/static/{name}")).status == status


async def test_the_import_map_leads_to_files_that_exist(client):
    found = await page_map(client)
    assert found["imports"]["lit"].startswith("/static/portal/vendor/lit@")
    assert found["imports"]["@preact/signals-core"].endswith(".mjs")
    for name, url in found["imports"].items():
        if name.endswith("/"):
            continue
        answer = await client.get(url)
        assert answer.status == 200, name
        assert answer.content_type == "text/javascript", name
        assert "immutable" in answer.headers["Cache-Control"], name
    for url, digest in found["integrity"].items():
        assert digest.startswith("sha384-"), url
        assert (await client.get(url)).status == 200, url


async def test_the_message_catalogue_is_in_the_pages_language(client):
    chinese = await page_map(client)
    client.session.cookie_jar.update_cookies({"yc_lang": "en"})
    english = await page_map(client)
    words = await (await client.get(chinese["imports"]["yunchuang/messages"])).text()
    assert '"Hold to show": "按住显示"' in words
    words = await (await client.get(english["imports"]["yunchuang/messages"])).text()
    assert "按住显示" not in words


def test_a_changed_file_is_seen_in_development_only(tmp_path: Path):
    (tmp_path / "a.js").write_text("1")
    developing, serving = StaticFiles(development=True), StaticFiles()
    for static in (developing, serving):
        static.add_folder("room", tmp_path)
    before = serving.url("room/a.js")
    (tmp_path / "a.js").write_text("22")
    assert developing.url("room/a.js") != before
    assert serving.url("room/a.js") == before


def test_a_room_hands_in_its_folder_once(tmp_path: Path):
    static = StaticFiles()
    static.add_folder("room", tmp_path)
    with pytest.raises(ValueError, match="room"):
        static.add_folder("room", tmp_path)
