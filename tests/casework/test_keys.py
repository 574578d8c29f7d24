"""Keys: wrapped apart, bound to their place, destroyed for good."""

import os
import shutil
import sqlite3
import stat
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import KeyDestroyed, NotFound
from casework.keys.kek import Kek, KekError, create_kek, read_kek
from casework.keys.key_file import KeyFile, KeyKind
from casework.keys.key_ring import CACHED_KEYS, KeyRing, SealBroken, Sealed, seal, unseal
from casework.keys.key_table import key_names

KEY = bytes(range(32))


@pytest.fixture
def kek(tmp_path):
    return create_kek(tmp_path / "kek")


@pytest.fixture
def file(tmp_path, kek):
    made = KeyFile.create(tmp_path / "keys.sqlite3", kek)
    yield made
    made.close()


class TestKek:
    def test_file_is_for_its_owner_alone_and_reads_back(self, tmp_path, kek):
        path = tmp_path / "kek"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert read_kek(path) == kek
        assert kek.key.hex() not in repr(kek)

    def test_is_never_replaced(self, tmp_path, kek):
        with pytest.raises(FileExistsError):
            create_kek(tmp_path / "kek")
        assert read_kek(tmp_path / "kek") == kek

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
    def test_readable_by_others_is_refused(self, tmp_path, kek, mode):
        (tmp_path / "kek").chmod(mode)
        with pytest.raises(KekError, match="0600"):
            read_kek(tmp_path / "kek")

    @pytest.mark.parametrize("text", [b"", b"!!!!", b"AAAA\n", b"A" * 44])
    def test_anything_else_is_refused(self, tmp_path, text):
        path = tmp_path / "other"
        path.write_bytes(text)
        path.chmod(0o600)
        with pytest.raises(KekError):
            read_kek(path)

    def test_absent_is_refused(self, tmp_path):
        with pytest.raises(KekError):
            read_kek(tmp_path / "none")


class TestKeyFile:
    def test_a_key_comes_back_after_reopening(self, tmp_path, kek, file):
        key = file.create_key(KeyKind.CASE, "A")
        assert len(key) == 32
        assert file.create_key(KeyKind.CASE, "A") == key, "creating twice gives the same key"
        assert file.create_key(KeyKind.CALL, "A") != key, "a call's key is another"
        reopened = KeyFile(tmp_path / "keys.sqlite3", kek)
        assert reopened.key(KeyKind.CASE, "A") == key
        reopened.close()

    def test_no_key_stands_in_the_clear(self, tmp_path, file):
        key = file.create_key(KeyKind.CASE, "A")
        for path in tmp_path.iterdir():
            assert key not in path.read_bytes()

    def test_file_mode(self, tmp_path, file):
        assert stat.S_IMODE((tmp_path / "keys.sqlite3").stat().st_mode) == 0o600

    def test_a_row_copied_to_another_case_does_not_open(self, tmp_path, file):
        file.create_key(KeyKind.CASE, "A")
        file.create_key(KeyKind.CASE, "B")
        with sqlite3.connect(tmp_path / "keys.sqlite3") as database:
            database.execute(
                "UPDATE key SET (nonce, wrapped) = (SELECT nonce, wrapped FROM key WHERE id = 'A')"
                " WHERE id = 'B'"
            )
        database.close()
        with pytest.raises(KekError, match="does not open"):
            file.key(KeyKind.CASE, "B")

    def test_destroyed_is_for_good(self, tmp_path, file):
        file.create_key(KeyKind.CASE, "A")
        with sqlite3.connect(tmp_path / "keys.sqlite3") as database:
            (wrapped,) = database.execute("SELECT wrapped FROM key WHERE id = 'A'").fetchone()
        database.close()
        assert file.destroy(KeyKind.CASE, "A")
        assert not file.destroy(KeyKind.CASE, "A")
        for attempt in (file.key, file.create_key):
            with pytest.raises(KeyDestroyed):
                attempt(KeyKind.CASE, "A")
        for path in tmp_path.iterdir():
            assert wrapped not in path.read_bytes(), f"{path.name} still holds the wrapped key"

    def test_destroying_is_all_or_nothing_at_any_statement(self, tmp_path, kek, file):
        """What lies on the disk just before each statement is what a kill there leaves."""
        keys = {case: file.create_key(KeyKind.CASE, case) for case in "AB"}
        moments = []

        def copy_what_is_there(_statement):
            moments.append(tmp_path / f"moment-{len(moments)}")
            moments[-1].mkdir()
            for path in tmp_path.glob("keys.sqlite3*"):
                if not path.name.endswith("-shm"):
                    shutil.copy(path, moments[-1])

        file._database.set_trace_callback(copy_what_is_there)
        file.destroy(KeyKind.CASE, "A")
        file._database.set_trace_callback(None)
        copy_what_is_there("the end")
        gone = []
        for moment in moments:
            found = KeyFile(moment / "keys.sqlite3", kek)
            assert found.key(KeyKind.CASE, "B") == keys["B"]
            # Destroying it again ends the matter, wherever it was cut short.
            gone.append(not found.destroy(KeyKind.CASE, "A"))
            with pytest.raises(KeyDestroyed):
                found.key(KeyKind.CASE, "A")
            found.close()
        assert gone == sorted(gone)
        assert set(gone) == {False, True}

    def test_unknown(self, file):
        with pytest.raises(NotFound):
            file.key(KeyKind.CALL, "A")

    def test_another_kek_is_refused(self, tmp_path, file):
        with pytest.raises(KekError, match="another"):
            KeyFile(tmp_path / "keys.sqlite3", Kek(os.urandom(32)))

    def test_an_absent_file_is_not_made_anew(self, tmp_path, kek):
        with pytest.raises(KekError, match="absent"):
            KeyFile(tmp_path / "none.sqlite3", kek)
        assert not (tmp_path / "none.sqlite3").exists()

    def test_is_never_replaced(self, tmp_path, kek, file):
        with pytest.raises(FileExistsError):
            KeyFile.create(tmp_path / "keys.sqlite3", kek)

    def test_keys_made_together_are_durable_at_the_end(self, tmp_path, file):
        path = tmp_path / "keys.sqlite3"
        said = []
        file._database.set_trace_callback(said.append)
        with file.together():
            first = file.create_key(KeyKind.CASE, "A")
            file.create_key(KeyKind.CASE, "B")
            assert file.key(KeyKind.CASE, "A") == first
            assert key_names(path) == set()
        assert key_names(path) == {("case", "A"), ("case", "B")}
        assert said.count("COMMIT") == 1
        file.create_key(KeyKind.CASE, "C")
        assert ("case", "C") in key_names(path)

    def test_what_others_do_meanwhile_waits_for_nobody(self, tmp_path, file):
        path = tmp_path / "keys.sqlite3"
        with file.together():
            file.create_key(KeyKind.CASE, "A")
            other = threading.Thread(target=file.create_key, args=(KeyKind.CALL, "B"))
            other.start()
            other.join()
            assert key_names(path) == {("case", "A"), ("call", "B")}
            file.create_key(KeyKind.CASE, "C")
            assert file.destroy(KeyKind.CASE, "A")
            assert ("case", "C") in key_names(path)
        with pytest.raises(KeyDestroyed):
            file.key(KeyKind.CASE, "A")

    def test_keys_that_could_not_be_kept_are_not_used(self, tmp_path, file):
        ring = KeyRing(file)
        (pages,) = file._database.execute("PRAGMA page_count").fetchone()
        with pytest.raises(sqlite3.OperationalError, match="full"), ring.together():
            ring.create_case_key("A")
            file._database.execute(f"PRAGMA max_page_count={pages}")
            for n in range(1_000):
                ring.create_case_key(f"A{n}")
        assert not file._database.in_transaction
        with pytest.raises(NotFound):
            ring.case_key("A")
        file._database.execute("PRAGMA max_page_count=10000")
        ring.create_case_key("A")
        assert ("case", "A") in key_names(tmp_path / "keys.sqlite3")


class TestKeyRing:
    def test_chain_keys(self, file):
        ring = KeyRing(file)
        case, call = ring.create_case_key("A"), ring.create_call_key("A")
        assert ring.chain_key("case:A") == ring.case_key("A") == case
        assert ring.chain_key("call:A") == ring.call_key("A") == call
        for chain in ("log:example.org/log", "index:blind-index", "case:", "case"):
            with pytest.raises(ValueError, match="has no key"):
                ring.chain_key(chain)

    def test_destroying_reaches_the_cache(self, file):
        ring = KeyRing(file)
        ring.create_case_key("A")
        assert ring.destroy(KeyKind.CASE, "A")
        with pytest.raises(KeyDestroyed):
            ring.case_key("A")

    def test_the_cache_is_bounded(self, file):
        ring = KeyRing(file)
        for n in range(CACHED_KEYS + 10):
            ring._keep(KeyKind.CASE, str(n), KEY)
        assert len(ring._cache) == CACHED_KEYS

    def test_blind_index(self, tmp_path, kek, file):
        ring = KeyRing(file)
        index = ring.blind_index("id_number", "990000199001011234")
        assert index == ring.blind_index("id_number", "990000199001011234")
        assert index != ring.blind_index("phone", "990000199001011234")
        assert index == KeyRing(file).blind_index("id_number", "990000199001011234")

    def test_what_is_kept_on_a_machine_opens_for_its_owner_alone(self, file):
        ring = KeyRing(file)
        assert len(ring.kept_key("a")) == 32
        assert KeyRing(file).kept_key("a") == ring.kept_key("a") != ring.kept_key("b")


@given(value=st.binary(max_size=200), place=st.lists(st.text("abc:1", max_size=4), max_size=3))
def test_seal_opens_only_at_its_place_under_its_key(value, place):
    sealed = seal(KEY, tuple(place), value)
    assert unseal(KEY, tuple(place), sealed) == value
    wrong = [
        (KEY, (*place, "x"), sealed),
        (bytes(32), tuple(place), sealed),
        (KEY, tuple(place), Sealed(sealed.nonce, sealed.ciphertext[:-1])),
        (
            KEY,
            tuple(place),
            Sealed(sealed.nonce[:-1] + bytes([sealed.nonce[-1] ^ 1]), sealed.ciphertext),
        ),
    ]
    for key, where, what in wrong:
        with pytest.raises(SealBroken):
            unseal(key, where, what)


def test_a_place_cannot_be_written_two_ways():
    with pytest.raises(ValueError, match="zero byte"):
        seal(KEY, ("a\0b",), b"")
    sealed = seal(KEY, ("a", "b"), b"x")
    with pytest.raises(SealBroken):
        unseal(KEY, ("ab",), sealed)
