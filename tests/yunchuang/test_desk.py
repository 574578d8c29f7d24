"""The desk as it is put together: what nobody would see otherwise stands on the health page."""

from casework.bus.memory import MemoryBus
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from portal.keys import FAULTS
from yunchuang.server import create_app
from yunchuang.settings import Settings


def test_the_health_page_watches_the_log_and_the_events(tmp_path):
    data = DataDir(tmp_path / "data")
    init_data_dir(data, origin="test.yunchuang.example/log")
    with opened(data) as installation:
        app = create_app(installation, Settings(data=data.path), MemoryBus(), [])
        assert {name: fault() for name, fault in app[FAULTS].items()} == {
            "log": None,
            "events": None,
        }
        installation.sequencer.fault = OSError(28, "No space left on device")
        assert app[FAULTS]["log"]() is installation.sequencer.fault
