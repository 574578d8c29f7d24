"""Parts over HTTP: ranges, tags, damage, and nothing for strangers to keep."""

import pytest
from aiohttp import ClientPayloadError, web
from aiohttp.test_utils import TestClient, TestServer

from casework.errors import NotFound
from recording.parts import PartReader, WrongKeyError
from recording.playback_response import PartViews, send_part

S = 1_000_000_000
KEY = bytes(range(32))


@pytest.fixture
def recorded(scene, camera, microphone, synthetic):
    scene.open(1)
    scene.open(2)
    stream = synthetic.merged([(2, p) for p in camera().sent], [(1, p) for p in microphone().sent])
    scene.play(stream, until_ns=scene.clock.ns + 13 * S)
    scene.end()
    return PartReader.open(scene.directory, scene.opened[0].part)


@pytest.fixture
async def client(scene):
    views = PartViews()

    async def handler(request):
        part = request.match_info["part"]
        plain = "plain" in request.query
        return await send_part(request, views, scene.directory, part, KEY, plain=plain)

    app = web.Application()
    app.router.add_get("/{part}", handler)
    async with TestClient(TestServer(app)) as made:
        yield made


async def test_whole_and_ranges(client, recorded):
    whole = b"".join(recorded.plaintexts(KEY))
    answer = await client.get(f"/{recorded.part}?plain")
    assert answer.status == 200
    assert await answer.read() == whole
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Accept-Ranges"] == "bytes"
    for asked, start, end in (
        ("bytes=0-99", 0, 100),
        ("bytes=100000-250000", 100_000, 250_001),
        (f"bytes={len(whole) - 7}-", len(whole) - 7, len(whole)),
        ("bytes=-50", len(whole) - 50, len(whole)),
        ("bytes=5-99999999", 5, len(whole)),
    ):
        answer = await client.get(f"/{recorded.part}?plain", headers={"Range": asked})
        assert answer.status == 206, asked
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(whole)}"
        assert await answer.read() == whole[start:end]


async def test_a_range_outside_is_416_and_nonsense_is_the_whole(client, recorded):
    answer = await client.get(f"/{recorded.part}", headers={"Range": "bytes=99999999-"})
    assert answer.status == 416
    assert answer.headers["Content-Range"].startswith("bytes */")
    for asked in ("bytes=a-b", "bytes=0-1,5-6", "lines=1-2"):
        answer = await client.get(f"/{recorded.part}", headers={"Range": asked})
        assert answer.status == 200
    answer = await client.get(
        f"/{recorded.part}", headers={"Range": "bytes=0-1", "If-Range": '"older"'}
    )
    assert answer.status == 200


async def test_head_tells_size_and_tag(client, recorded):
    answer = await client.head(f"/{recorded.part}")
    assert answer.status == 200
    assert recorded.found.head in answer.headers["ETag"]
    body = await (await client.get(f"/{recorded.part}")).read()
    assert int(answer.headers["Content-Length"]) == len(body)


async def test_damage_in_the_middle_cuts_the_connection(client, scene, recorded):
    assert (await client.get(f"/{recorded.part}")).status == 200  # the index is known now
    content = bytearray(recorded.path.read_bytes())
    content[recorded.records[3].offset + 50] ^= 1
    recorded.path.write_bytes(content)
    with pytest.raises(ClientPayloadError):
        await (await client.get(f"/{recorded.part}?plain")).read()


def test_what_cannot_be_opened(scene, recorded):
    views = PartViews()
    for part in ("ee" * 16, "../" + recorded.part, "", recorded.part.upper()):
        with pytest.raises(NotFound):
            views.open(scene.directory, part, KEY, plain=False)
    with pytest.raises(WrongKeyError):
        views.open(scene.directory, recorded.part, bytes(32), plain=True)
