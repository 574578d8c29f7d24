"""A page whose socket is back: it says which page it is, stops for a newer one, or joins again."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

SESSION = """
async () => {
  const { CallSession } = await import("signaling/call_session.js");
  const asked = [];
  const answers = {
    snapshot: { data: { state: "active", legs: {} }, seq: 1 },
    "leg.join": { leg: "L1", incarnation: 4, seat: "window" },
    "leg.attach": { kept: true },
  };
  const socket = Object.assign(new EventTarget(), {
    state: "open",
    silence: 0,
    ask: async (type, members) => {
      asked.push([type, members]);
      if (answers[type] instanceof Error) throw answers[type];
      return answers[type] ?? {};
    },
    tell: () => {},
    follow: async () => {},
    unfollow: () => {},
    doubt: () => {},
  });
  const no = (slug) => Object.assign(new Error(slug), { slug });
  const session = await new CallSession(socket, "C1").start();
  const quiet = () => new Promise((done) => setTimeout(done, 20));
  await quiet();
  const resume = async () => {
    asked.length = 0;
    socket.dispatchEvent(new CustomEvent("resumed"));
    await quiet();
    return { asked: asked.filter(([type]) => type.startsWith("leg.")), replaced: session.replaced };
  };
  Object.assign(window, { answers, no, session, resume });
}
"""
ATTACH = ["leg.attach", {"call": "C1", "leg": "L1", "incarnation": 4}]
JOIN = ["leg.join", {"call": "C1", "sources": []}]


@pytest.mark.parametrize(
    ("answer", "asked", "replaced"),
    [
        ("{ kept: true }", [ATTACH], False),
        ("{ kept: false }", [ATTACH, JOIN], False),
        ('no("bad_message")', [ATTACH, JOIN], False),
        ('no("newer_page")', [ATTACH], True),
    ],
)
async def test_what_the_desk_answers_is_done(window, complaints, answer, asked, replaced):
    await window.evaluate(SESSION)
    found = await window.evaluate(
        f"""() => {{ answers["leg.attach"] = {answer}; return resume(); }}"""
    )
    assert found == {"asked": asked, "replaced": replaced}
    # Whoever was put off does not come back by itself; nor does it ask for a leg it does not have.
    assert (await window.evaluate("resume()"))["asked"] == (
        [] if replaced else [ATTACH, *asked[1:]]
    )
    assert complaints == []


async def test_a_page_that_cannot_know_which_page_it_is_joins_again(window, complaints):
    await window.evaluate(SESSION)
    found = await window.evaluate(
        """async () => {
          answers["leg.join"] = no("line_lost");
          await session.takeSeat();
          answers["leg.join"] = { leg: "L1", incarnation: 6, seat: "window" };
          return [await resume(), await resume()];
        }"""
    )
    again = ["leg.attach", {**ATTACH[1], "incarnation": 6}]
    assert [one["asked"] for one in found] == [[JOIN], [again]]
    assert complaints == []


async def test_a_page_that_was_overtaken_while_it_joined_stops(window, complaints):
    await window.evaluate(SESSION)
    found = await window.evaluate(
        """async () => {
          answers["leg.join"] = no("newer_page");
          await session.takeSeat();
          return resume();
        }"""
    )
    assert found == {"asked": [], "replaced": True}
    assert complaints == []
