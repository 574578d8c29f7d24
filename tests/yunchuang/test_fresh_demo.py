"""`yunchuang demo --fresh`: another city, whose log a browser must not take for the one before."""

from casework.data_dir import DataDir
from casework.log.setup import load_log_key
from yunchuang.demo.interactive import _make_ready
from yunchuang.demo_data import DEMO_ORIGIN, trusted_keys


def test_each_city_has_a_log_of_its_own_name(tmp_path):
    data = DataDir(tmp_path / "demo" / "data")
    data.path.parent.mkdir()
    names = []
    for fresh in (True, False, True):
        _make_ready(data, ours=True, fresh=fresh)
        key = load_log_key(data.log_key).verifying_key
        assert trusted_keys(data).read_text() == f"{key.vkey}\n"
        names.append(key.name)
    first, kept, other = names
    assert first == kept != other
    assert all(name.startswith(f"{DEMO_ORIGIN}/") for name in names)
