"""Faces begin before papers, once on a leg, and never where there is no face to wait for."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

FACE_AND_PAPER = """
async () => {
  const { PeopleFirst, THINGS_LATER_MS } = await import("signaling/people_first.js");
  const all = ["microphone", "camera", "citizen_camera", "document_camera", "screen"];
  const order = new PeopleFirst();
  const began = performance.now();
  const change = new Promise((done) => order.addEventListener("change", () => done(performance.now() - began)));
  const first = order.now(all);
  const again = order.now(all);
  const early = (await change) < THINGS_LATER_MS - 1;  // a timer may be a millisecond early
  return { first, again, early, then: order.now(all), shared: order.now(["camera", "screen"]) };
}
"""
PAPER_ALONE = """
async () => {
  const { PeopleFirst } = await import("signaling/people_first.js");
  const order = new PeopleFirst();
  return [order.now(["microphone", "document_camera"]), order.now(["camera", "document_camera"])];
}
"""


async def test_a_paper_follows_the_faces_once(window, complaints):
    found = await window.evaluate(FACE_AND_PAPER)
    people = ["microphone", "camera", "citizen_camera"]
    assert found == {
        "first": people,
        "again": people,
        "early": False,
        "then": [*people, "document_camera", "screen"],
        "shared": ["camera", "screen"],
    }


async def test_without_a_face_a_paper_does_not_wait(window, complaints):
    alone, beside_a_face = await window.evaluate(PAPER_ALONE)
    assert alone == ["microphone", "document_camera"]
    assert beside_a_face == ["camera"]
