"""docs/counter-api.md against the code."""

import re
from pathlib import Path

from outlet_client.mirror import Said, ScreenSaid, ScreenShow, Task
from outlet_client.screen_presence import ScreenHere
from portal.routes import walk

PAGE = (Path(__file__).parents[2] / "docs" / "counter-api.md").read_text(encoding="utf-8")


def test_the_table_is_the_interface(app):
    told = dict(re.findall(r"^\| `([A-Z]+ /api\S+)` \| ([a-z, ]*) \|", PAGE, re.MULTILINE))
    real = {
        f"{record.method} {record.path}": ", ".join(record.access.doors)
        for record in walk(app)
        if record.operation is not None and record.method != "HEAD"
    }
    assert told == real


def test_the_messages_parse():
    examples = re.findall(r"```json\n(\{\"type\".*?)\n```", PAGE)
    assert [re.search(r'"type": "([a-z.]+)"', one)[1] for one in examples] == [
        "screen.show",
        "screen.said",
        "screen.here",
    ]
    show, said, here = examples
    assert not ScreenHere.model_validate_json(here).here
    assert ScreenShow.model_validate_json(show).task is Task.FILL
    assert ScreenSaid.model_validate_json(said).said is Said.MISTAKE
    for task in Task:
        assert f"`{task.value}`" in PAGE
