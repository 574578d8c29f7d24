"""The way of issuing over HTTP: another outlet's lists, the letter and its number, nothing to hand over."""

import pytest

from scenes import counter as t
from scenes.paper_text import text_of

RECEIPT = {"paper": "delivery_receipt"}
ADDRESS = {"recipient": "群众甲", "phone": "13900000001", "address": "示范市城关区示范路1号"}


async def receipt(clerk, path: str) -> str:
    """The words of the delivery receipt, printed now."""
    answer = t.done(await clerk.post(f"{path}/papers", RECEIPT))
    return "".join(text_of(await (await clerk.client.get(answer["url"])).read()).split())


@pytest.fixture
async def accepted(clerk, screen):
    return await t.accepted(clerk, screen)


@pytest.fixture
async def neighbour(sign_in):
    return await sign_in("clerk3", "community/1")


async def test_the_other_outlet_finds_the_result_in_its_lists_and_hands_it_over(
    clerk, neighbour, accepted, hall, sign_in
):
    path = f"/api/v1/cases/{accepted}"
    _, found = await clerk.get("/api/v1/window/issuing-outlets")
    (there,) = found["outlets"]
    assert there["name"] == "示范社区便民服务中心"
    body = {"channel": "other_outlet", "outlet": there["id"]}
    assert (await clerk.post(f"{path}/channel", body))[0] == 200
    assert (await neighbour.get(path))[0] == 404
    hall.approve(accepted)

    _, mine = await clerk.get("/api/v1/window/counts")
    assert mine["counts"]["results"] == 0
    _, theirs = await neighbour.get("/api/v1/window/counts")
    assert theirs["counts"]["results"] == 1
    _, listed = await neighbour.get("/api/v1/window/lists/results")
    assert [one["case_id"] for one in listed["cases"]] == [accepted]
    _, page = await neighbour.get(path)
    assert page["case"]["channel"]["outlet"] == there["name"]

    assert (await clerk.post(f"{path}/receiver", {"method": "original_seen"}))[0] == 403
    assert (await neighbour.post(f"{path}/receiver", {"method": "original_seen"}))[0] == 200
    _, issued = await neighbour.post("/api/v1/window/pairing")
    their_screen = await sign_in()
    await their_screen.client.post("/pair", data={"code": issued["code"]}, allow_redirects=False)
    await neighbour.put("/api/v1/window/mirror", {"case": accepted, "task": "receipt"})
    picture = t.still(300, 120, "PNG")
    assert (await their_screen.send(f"{path}/receipt-signature", picture))[0] == 200
    _, done = await neighbour.post(f"{path}/issue")
    assert done["state"] == "issued"
    text = await receipt(neighbour, path)
    for words in (
        "其他网点窗口直接送达",
        f"送达地点{there['name']}",
        "受理网点：",
        "领取人：群众甲",
    ):
        assert words in text, words
    assert (await their_screen.post(f"{path}/rating", {"level": 5, "reasons": []}))[0] == 200
    assert (await neighbour.post(f"{path}/completion"))[1]["state"] == "completed"


async def test_a_letter_is_posted_delivered_and_closed(clerk, accepted, hall):
    path = f"/api/v1/cases/{accepted}"
    _, problem = await clerk.post(f"{path}/channel", {"channel": "post", "address": {"phone": "1"}})
    assert problem["details"]["fields"] == ["recipient", "phone", "address"]
    body = {"channel": "post", "address": ADDRESS}
    assert (await clerk.post(f"{path}/channel", body))[0] == 200
    hall.approve(accepted)
    answer = await clerk.client.get(path)
    assert ADDRESS["address"] not in await answer.text()
    _, shown = await clerk.post(f"{path}/reveal/address.address")
    assert shown["value"] == ADDRESS["address"]
    assert (await clerk.post(f"{path}/delivery", {"delivered": True}))[1]["code"] == "C-01"
    wrong = {"tracking_number": "EA123456780CN"}
    assert (await clerk.post(f"{path}/posting", wrong))[1]["details"]["field"] == "tracking_number"
    right = {"tracking_number": "RR473124829US"}
    assert (await clerk.post(f"{path}/posting", right))[1]["state"] == "issued"
    assert (await clerk.post(f"{path}/completion"))[1]["code"] == "C-37"
    on_its_way = await receipt(clerk, path)
    for words in ("邮寄送达", "邮件号码RR473124829US", "送达时间年月日时分"):
        assert words in on_its_way, words
    assert ADDRESS["address"] not in on_its_way
    assert (await clerk.post(f"{path}/delivery", {"delivered": True}))[0] == 200
    assert "送达时间年月日时分" not in await receipt(clerk, path)
    assert (await clerk.post(f"{path}/completion"))[1]["state"] == "completed"


async def test_an_electronic_result_is_closed_and_not_posted(clerk, accepted, hall):
    path = f"/api/v1/cases/{accepted}"
    assert (await clerk.post(f"{path}/channel", {"channel": "electronic"}))[0] == 200
    hall.approve(accepted)
    status, problem = await clerk.post(f"{path}/posting", {"tracking_number": "RR473124829US"})
    assert (status, problem["code"]) == (409, "C-70")
    assert (await clerk.post(f"{path}/completion"))[1]["state"] == "completed"
    assert "电子送达" in await receipt(clerk, path)


async def test_a_refusal_is_handed_over_at_the_window_though_the_result_would_be_electronic(
    clerk, accepted, hall
):
    path = f"/api/v1/cases/{accepted}"
    assert (await clerk.post(f"{path}/channel", {"channel": "electronic"}))[0] == 200
    hall.refuse(accepted)
    text = await receipt(clerk, path)
    assert "窗口直接送达" in text
    assert "签名：" in text
