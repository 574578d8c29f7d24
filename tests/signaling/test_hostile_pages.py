"""Messages that no page of ours would send: refused in bounded words, and nobody else notices."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.errors import DomainError
from scenes.sockets import Party, Scene
from signaling import line as line_module
from signaling.protocol.errors import BadMessage, UnknownMessage
from signaling.protocol.parse import TYPES, parse, request_id

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
HOSTILE = st.one_of(
    st.text(max_size=200),
    ANY_JSON.map(json.dumps),
    st.builds(
        lambda type_, members, id_: json.dumps({**members, "type": type_, "id": id_}),
        st.sampled_from(sorted(TYPES)),
        st.dictionaries(
            st.sampled_from(
                sorted(
                    {name for kind in TYPES.values() for name in kind.model_fields} - {"type", "id"}
                )
            ),
            st.one_of(
                ANY_JSON,
                st.sampled_from(
                    [
                        "free",
                        "away",
                        "review",
                        "agreed",
                        "identity",
                        "finished",
                        True,
                        ["citizen"],
                        [],
                    ]
                ),
                st.sampled_from(
                    ["01JD00000000000000000000CA", {"hall": 0}, "hall", "0" * 64, 0, 1]
                ),
            ),
            max_size=6,
        ),
        st.one_of(st.integers(0, 9), ANY_JSON),
    ),
)


@given(HOSTILE)
@settings(max_examples=400, deadline=None)
def test_parsing_refuses_and_never_fails(text):
    refusal: DomainError | None = None
    try:
        assert parse(text).type in TYPES
    except (BadMessage, UnknownMessage) as error:
        refusal = error
    if refusal is not None:
        assert all(len(str(value)) < 200 for value in refusal.details.values())
    number = request_id(text)
    assert number is None or 0 <= number < 2**53


async def test_hostile_pages_disturb_nobody(scene: Scene, monkeypatch):
    """A few hundred hostile messages from every door while a call runs beside them."""
    monkeypatch.setattr(line_module, "BURST", 100_000)
    await scene.talk()
    desk = scene.desk
    hostile: list[Party] = [
        await desk.page(actor)
        for actor in (desk.hall.tablet_clerk, desk.hall.tablet_screen, desk.hall.reviewers[2])
    ]
    texts: list[str] = []

    @given(st.lists(HOSTILE, min_size=60, max_size=60))
    @settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
    def collect(some):
        texts.extend(some)

    collect()
    for party in hostile:
        for text in texts:
            await party.socket.send_str(text)
        await party.ask("ping")
    for party in hostile:
        for answer in party.told:
            assert answer["type"] in {"ok", "error", "event"}
            if answer["type"] == "error":
                assert answer["code"] != "K-00", answer
    state = await scene.clerk.snapshot(scene.stream)
    assert state["state"] == "active"
    assert {leg["state"] for leg in state["legs"].values()} == {"connected"}
