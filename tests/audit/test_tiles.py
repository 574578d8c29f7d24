import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle, tiles
from audit.edge import Edge, load_verified
from audit.errors import (
    EntryTooLargeError,
    MalformedError,
    ProofError,
    RollbackError,
)
from audit.tiles import TileReader


def entry(index):
    return b"entry %d" % index


class Shelf(dict):
    """Tiles in memory, read as from a directory."""

    def read(self, path):
        try:
            return self[path]
        except KeyError as error:
            raise FileNotFoundError(path) from error


def grow(*batches):
    """A shelf with every tile that was ever written, and the edge after the last batch."""
    shelf, edge, total = Shelf(), Edge(), 0
    for count in batches:
        shelf |= edge.extend([entry(index) for index in range(total, total + count)])
        total += count
    return Shelf(shelf), edge


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (tiles.tile_path(0, 1234067), "tile/0/x001/x234/067"),
        (tiles.tile_path(0, 0), "tile/0/000"),
        (tiles.tile_path(2, 999, 1), "tile/2/999.p/1"),
        (tiles.tile_path(1, 1000, 255), "tile/1/x001/000.p/255"),
        (tiles.bundle_path(7), "tile/entries/007"),
        (tiles.bundle_path(1234067, 17), "tile/entries/x001/x234/067.p/17"),
    ],
)
def test_paths_as_in_the_specification(path, expected):
    assert path == expected


@pytest.mark.parametrize("width", [0, 257, -1])
def test_no_empty_or_wider_tile_has_a_path(width):
    with pytest.raises(MalformedError):
        tiles.tile_path(0, 0, width)


def test_the_specifications_tree_of_70000():
    paths = list(tiles.tile_paths(70_000))
    assert sum(path.startswith("tile/0/") and ".p/" not in path for path in paths) == 273
    assert [path for path in paths if ".p/" in path] == [
        "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1",
    ]  # fmt: skip
    assert "tile/1/000" in paths
    assert len(paths) == 273 + 1 + 1 + 1 + 1
    assert list(tiles.tile_paths(256)) == ["tile/0/000", "tile/1/000.p/1"]
    assert list(tiles.tile_paths(0)) == []
    assert list(tiles.bundle_paths(257)) == ["tile/entries/000", "tile/entries/001.p/1"]


@given(st.lists(st.binary(max_size=40), max_size=256))
def test_bundles_give_their_entries_back(entries):
    assert tiles.decode_bundle(tiles.encode_bundle(entries)) == entries


def test_bundle_limits():
    longest = b"x" * 65_535
    assert tiles.decode_bundle(tiles.encode_bundle([longest])) == [longest]
    with pytest.raises(EntryTooLargeError):
        tiles.encode_bundle([longest + b"x"])
    for data in (b"\0", b"\0\2a", tiles.encode_bundle([b""] * 257)):
        with pytest.raises(MalformedError):
            tiles.decode_bundle(data)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=5))
def test_any_batches_give_the_same_tree(batches):
    size = sum(batches)
    shelf, edge = grow(*batches)
    leaves = [merkle.leaf_hash(entry(index)) for index in range(size)]
    assert edge.head().root == merkle.root_of(leaves)
    reader = TileReader(size, shelf.read)
    assert reader.root() == edge.head().root
    assert list(reader.entries()) == [entry(index) for index in range(size)]
    for path in (*tiles.tile_paths(size), *tiles.bundle_paths(size)):
        assert path in shelf
    again = load_verified(edge.head(), reader)
    more = [entry(index) for index in range(size, size + 300)]
    assert again.extend(more) == edge.extend(more)
    assert again.head() == edge.head()


def test_levels_above_the_first_are_written():
    shelf, edge = grow(65_536 + 256 + 3)
    reader = TileReader(edge.size, shelf.read)
    assert len(shelf["tile/1/000"]) == 8192
    assert [shelf[path] for path in ("tile/2/000.p/1", "tile/1/001.p/1")] == [
        reader.node(16, 0), reader.node(8, 256),
    ]  # fmt: skip
    leaves = (merkle.leaf_hash(entry(index)) for index in range(edge.size))
    assert reader.root() == merkle.root_of(leaves)
    for index in (0, 255, 65_535, 65_536, edge.size - 1):
        proof = reader.inclusion_proof(index)
        merkle.verify_inclusion(
            merkle.leaf_hash(entry(index)), index, edge.size, proof, edge.head().root
        )
        assert reader.entry(index) == entry(index)


def test_an_older_tree_is_read_from_newer_tiles():
    shelf, edge = grow(100, 300)
    for path in [path for path in shelf if path.startswith(("tile/0/000.p", "tile/entries/000.p"))]:
        del shelf[path]
    reader = TileReader(100, shelf.read)
    assert list(reader.entries(90)) == [entry(index) for index in range(90, 100)]
    proof = TileReader(400, shelf.read).consistency_proof(100)
    merkle.verify_consistency(100, 400, proof, reader.root(), edge.head().root)
    assert TileReader(400, shelf.read).inclusion_proof(5, 100) == reader.inclusion_proof(5)


def test_what_is_beyond_the_tree_is_refused():
    shelf, _ = grow(257, 43)
    reader = TileReader(257, shelf.read)
    for call in (
        lambda: reader.entry(257),
        lambda: reader.entry(-1),
        lambda: reader.inclusion_proof(257),
        lambda: reader.inclusion_proof(0, 258),
        lambda: reader.consistency_proof(1, 258),
        lambda: reader.node(1, 128),
        lambda: list(reader.entries(0, 258)),
    ):
        with pytest.raises(ProofError):
            call()
    with pytest.raises(FileNotFoundError):
        reader.tile(0, 2)


@pytest.mark.parametrize("path", ["tile/entries/001.p/44", "tile/0/001.p/44", "tile/1/000.p/1"])
@pytest.mark.parametrize("damage", ["gone", "cut", "flipped", "other"])
def test_a_damaged_right_edge_is_not_loaded(path, damage):
    shelf, edge = grow(300)
    data = shelf[path]
    match damage:
        case "gone":
            del shelf[path]
        case "cut":
            shelf[path] = data[:-1]
        case "flipped":
            shelf[path] = data[:-1] + bytes([data[-1] ^ 1])
        case "other":
            shelf[path] = data[len(data) // 2 :]
    with pytest.raises(RollbackError):
        load_verified(edge.head(), TileReader(300, shelf.read))


def test_a_changed_entry_is_not_read():
    shelf, _ = grow(256)
    shelf["tile/entries/000"] = shelf["tile/entries/000"].replace(b"entry 7", b"entry 8", 1)
    with pytest.raises(ProofError, match="entry 7 "):
        TileReader(256, shelf.read).entry(3)
