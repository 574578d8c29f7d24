"""A whole run, short: clients join our real worker and every packet is accounted for."""

import pytest

from bench.media import run
from bench.media.clip import save
from bench.media.servers.port import Variant

pytestmark = pytest.mark.faults


@pytest.fixture
def clip_file(clip, tmp_path, monkeypatch):
    """Its frames are all keyframes to the relay; nobody decodes them."""
    monkeypatch.setattr(run, "WARM_UP_SECONDS", 1.5)
    save(clip, tmp_path / "clip.bin")
    return tmp_path / "clip.bin"


@pytest.mark.parametrize("variant", [Variant("yunchuang", False), Variant("floor", False)])
async def test_all_that_is_sent_comes_and_is_known(variant, clip_file):
    result = await run.measure(variant, 1, 1.0, clip_file)
    assert result.tally.expected == pytest.approx(1_500, rel=0.3)
    assert result.tally.received >= 0.99 * result.tally.expected
    assert (result.tally.strangers, result.socket_faults) == (0, 0)
    assert 0 < result.cpu_percent < 100
    assert 0 < result.tally.delay_ms(0.5) < 100
    assert result.tag_bytes == (16,)
    assert result.tally.mean_run > 1
