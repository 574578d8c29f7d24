"""A witness by the words of c2sp.org/tlog-witness, and by the cases of another implementation."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from audit import cosignature, merkle, note
from audit.checkpoint import Checkpoint, TreeHead, open_checkpoint, sign_checkpoint
from audit.checkpoint_store import FileLockBackend
from audit.errors import AlreadyInitialisedError, MalformedError, NotInitialisedError, RollbackError
from audit.note import Note, SigningKey, VerifyingKey
from audit.witness.refusals import (
    BadRequest,
    NotConsistent,
    NotSigned,
    OtherOldSize,
    OtherRoot,
    UnknownLog,
)
from audit.witness.request import MAX_REQUEST_SIZE, AddCheckpoint
from audit.witness.witness import Witness, follow

LOG = SigningKey.generate("example.com/log")
KEY = SigningKey.generate("example.com/witness")
LEAVES = [merkle.leaf_hash(b"%d" % index) for index in range(20)]
FORKED = [*LEAVES[:3], merkle.leaf_hash(b"another"), *LEAVES[4:]]


def node_of(leaves):
    return lambda level, index: merkle.root_of(leaves[index << level : (index + 1) << level])


def checkpoint(size, leaves=LEAVES, key=LOG):
    head = TreeHead(size, merkle.root_of(leaves[:size]))
    return sign_checkpoint(Checkpoint(key.name, head), key).encode()


def proof(old, size, leaves=LEAVES):
    return tuple(merkle.consistency_proof(old, size, node_of(leaves))) if old else ()


def request(old, size, leaves=LEAVES):
    return AddCheckpoint(old, proof(old, size, leaves), checkpoint(size, leaves)).encode()


def witness_at(folder, logs=(LOG.verifying_key,), now=lambda: 1_788_000_000, **options):
    return Witness(folder, KEY, logs, now, **options)


@pytest.fixture
def witness(tmp_path):
    follow(tmp_path, LOG.verifying_key)
    return witness_at(tmp_path)


def size_of(folder):
    return FileLockBackend(folder / "heads").fetch(LOG.name).size


def check(line, body):
    """The line verifies on that checkpoint under the witness's public key."""
    data = Note.parse(body)
    both = Note(data.text, (*data.signatures, line)).encode()
    opened = open_checkpoint(both, LOG.verifying_key, [cosignature.witness_key(KEY)])
    assert opened.cosignatures == (line,)
    assert cosignature.time_of(line) == 1_788_000_000


class TestAnswers:
    def test_what_extends_the_known_tree_is_cosigned(self, witness, tmp_path):
        for old, size in [(0, 0), (0, 1), (1, 3), (3, 8), (8, 8), (8, 20)]:
            check(witness.add_checkpoint(request(old, size)), checkpoint(size))
            assert size_of(tmp_path) == size

    def test_a_first_checkpoint_needs_no_proof(self, witness):
        check(witness.add_checkpoint(request(0, 20)), checkpoint(20))

    def test_another_old_size_is_told_the_right_one(self, witness, tmp_path):
        witness.add_checkpoint(request(0, 5))
        for old in (0, 3, 6):
            with pytest.raises(OtherOldSize) as refused:
                witness.add_checkpoint(request(old, 8))
            assert refused.value.size == 5
        assert size_of(tmp_path) == 5

    def test_the_log_cannot_go_back(self, witness, tmp_path):
        witness.add_checkpoint(request(0, 8))
        with pytest.raises(OtherOldSize) as refused:
            witness.add_checkpoint(AddCheckpoint(0, (), checkpoint(5)).encode())
        assert refused.value.size == 8
        with pytest.raises(BadRequest):
            witness.add_checkpoint(AddCheckpoint(8, (), checkpoint(5)).encode())
        assert size_of(tmp_path) == 8

    def test_an_old_size_beyond_the_checkpoint_is_nonsense(self, witness):
        with pytest.raises(BadRequest):
            witness.add_checkpoint(AddCheckpoint(6, (), checkpoint(5)).encode())

    def test_an_unknown_origin(self, witness):
        other = SigningKey.generate("example.com/other")
        with pytest.raises(UnknownLog):
            witness.add_checkpoint(AddCheckpoint(0, (), checkpoint(5, key=other)).encode())

    def test_a_foreign_signature(self, witness):
        thief = SigningKey.generate(LOG.name)
        with pytest.raises(NotSigned):
            witness.add_checkpoint(AddCheckpoint(0, (), checkpoint(5, key=thief)).encode())

    def test_a_broken_signature(self, witness):
        good = Note.parse(checkpoint(5))
        line = good.signatures[0]
        broken = note.Signature(line.name, line.key_id, bytes(64))
        with pytest.raises(NotSigned):
            data = Note(good.text, (broken,)).encode()
            witness.add_checkpoint(AddCheckpoint(0, (), data).encode())

    @pytest.mark.parametrize("old", [0, 3, 8])
    def test_a_proof_of_something_else(self, witness, tmp_path, old):
        witness.add_checkpoint(request(0, old))
        right = proof(old, 20)
        wrong = [(*right, LEAVES[0]), right[1:], (LEAVES[5], *right[1:])] if old else [(LEAVES[0],)]
        for hashes in wrong:
            with pytest.raises(NotConsistent):
                witness.add_checkpoint(AddCheckpoint(old, hashes, checkpoint(20)).encode())
        assert size_of(tmp_path) == old

    def test_a_proof_where_none_belongs(self, witness):
        witness.add_checkpoint(request(0, 8))
        with pytest.raises(NotConsistent):
            witness.add_checkpoint(AddCheckpoint(8, (LEAVES[0],), checkpoint(8)).encode())

    def test_lines_of_strangers_are_ignored(self, witness, tmp_path):
        stranger = SigningKey.generate("example.com/stranger")
        data = Note.parse(checkpoint(5))
        lines = (stranger.sign(data.text), *data.signatures)
        check(
            witness.add_checkpoint(AddCheckpoint(0, (), Note(data.text, lines).encode()).encode()),
            checkpoint(5),
        )
        (kept,) = (tmp_path / "cosigned").iterdir()
        assert b"stranger" not in kept.read_bytes()


class TestForks:
    def test_a_second_history_is_refused_and_kept_as_proof(self, witness, tmp_path):
        witness.add_checkpoint(request(0, 8))
        with pytest.raises(OtherRoot):
            witness.add_checkpoint(AddCheckpoint(8, (), checkpoint(8, FORKED)).encode())
        (fork,) = (tmp_path / "forks").iterdir()
        (known,) = (tmp_path / "cosigned").iterdir()
        one, two = (open_checkpoint(path.read_bytes(), LOG.verifying_key) for path in (fork, known))
        assert one.head.size == two.head.size
        assert one.head.root != two.head.root

    def test_a_longer_second_history_is_refused(self, witness, tmp_path):
        witness.add_checkpoint(request(0, 8))
        with pytest.raises(NotConsistent):
            witness.add_checkpoint(request(8, 20, FORKED))
        assert size_of(tmp_path) == 8

    def test_one_fork_a_log_is_kept(self, witness, tmp_path):
        witness.add_checkpoint(request(0, 8))
        for other in (b"a", b"b"):
            leaves = [merkle.leaf_hash(other), *LEAVES[1:]]
            with pytest.raises(OtherRoot):
                witness.add_checkpoint(AddCheckpoint(8, (), checkpoint(8, leaves)).encode())
        assert len(list((tmp_path / "forks").iterdir())) == 1

    def test_of_two_views_shown_at_once_one_is_cosigned(self, witness):
        """The split view: many requests of two histories, side by side."""
        witness.add_checkpoint(request(0, 2))
        start = threading.Barrier(8)
        roots = set()

        def ask(leaves):
            start.wait()
            for size in range(4, 20):
                try:
                    witness.add_checkpoint(request(2, size, leaves))
                except (OtherOldSize, OtherRoot, NotConsistent):
                    continue
                roots.add(merkle.root_of(leaves[:size]))

        with ThreadPoolExecutor(8) as pool:
            for asked in [pool.submit(ask, view) for view in [LEAVES, FORKED] * 4]:
                asked.result()
        # Each of them went from 2 to a size of its own; whoever was first shut the others out.
        assert len(roots) == 1


class TestMemory:
    def test_it_survives_the_process(self, witness, tmp_path):
        witness.add_checkpoint(request(0, 8))
        again = witness_at(tmp_path)
        with pytest.raises(OtherOldSize):
            again.add_checkpoint(request(0, 20, FORKED))
        check(again.add_checkpoint(request(8, 20)), checkpoint(20))

    def test_a_witness_without_memory_does_not_start(self, witness, tmp_path):
        with pytest.raises(NotInitialisedError):
            witness_at(tmp_path / "elsewhere")
        (head,) = (tmp_path / "heads").glob("*.head")
        head.unlink()
        with pytest.raises(NotInitialisedError):
            witness_at(tmp_path)

    def test_a_damaged_memory_cosigns_nothing(self, witness, tmp_path):
        (head,) = (tmp_path / "heads").glob("*.head")
        head.write_bytes(b"example.com/log\n3\n")
        with pytest.raises(RollbackError):
            witness.add_checkpoint(request(0, 5))

    def test_nothing_is_begun_twice(self, witness, tmp_path):
        with pytest.raises(AlreadyInitialisedError):
            follow(tmp_path, LOG.verifying_key)

    def test_one_origin_has_one_key(self, tmp_path):
        other = SigningKey.generate(LOG.name).verifying_key
        follow(tmp_path, LOG.verifying_key)
        with pytest.raises(MalformedError):
            witness_at(tmp_path, [LOG.verifying_key, other])

    def test_monitors_see_what_was_cosigned(self, witness, tmp_path):
        assert witness.newest("00" * 32) is None
        name = "5b17e6e4b6f8" * 6
        assert witness.newest(name[:64]) is None
        witness.add_checkpoint(request(0, 8))
        (path,) = (tmp_path / "cosigned").iterdir()
        seen = witness.newest(path.name)
        opened = open_checkpoint(seen, LOG.verifying_key, [cosignature.witness_key(KEY)])
        assert (opened.head.size, len(opened.cosignatures)) == (8, 1)


class TestRequests:
    @pytest.mark.parametrize("old", [0, 1, 12])
    def test_they_come_back_as_they_went(self, old):
        body = request(old, 20)
        assert AddCheckpoint.parse(body).encode() == body

    @pytest.mark.parametrize(
        "head",
        [
            b"",
            b"old\n",
            b"old 01\n",
            b"old -1\n",
            b"old  1\n",
            b"Old 1\n",
            b"old 1 \n",
            b"old 1\r\n",
            b"old 99999999999999999999\n",
            "old １\n".encode(),
            b"size 1\n",
            b"old 1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
            b"old 1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
            b"old 1\nKgAA\n",
            b"old 1\n\xff\n",
            b"old 0\n" + b"KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64,
        ],
    )
    def test_malformed_ones_are_bad(self, witness, head):
        with pytest.raises(BadRequest):
            witness.add_checkpoint(head + b"\n" + checkpoint(5))

    @pytest.mark.parametrize("tail", [b"", b"\n", b"\n" + b"no checkpoint", b"\n\n\n\n"])
    def test_a_request_ends_with_a_checkpoint(self, witness, tail):
        with pytest.raises(BadRequest):
            witness.add_checkpoint(b"old 0\n" + tail)

    def test_the_longest_has_a_limit(self, witness):
        with pytest.raises(BadRequest):
            witness.add_checkpoint(b"old 0\n\n" + b"a" * MAX_REQUEST_SIZE)


# The cases of the Torchwood witness (ISC, The Torchwood Authors), whose log signs with a key that
# is not ours to know.
SIGSUM = VerifyingKey(
    "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562",
    bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f"),
)
ROOTS = {
    1: "KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    3: "RcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=",
    5: "QrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=",
}
SIGNED = {
    1: (
        "UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUb"
        "IQY="
    ),
    3: (
        "UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx"
        "6go="
    ),
    5: (
        "UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7s"
        "Dww="
    ),
}
PROOFS = {
    (1, 3): ["KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],
    (1, 5): [
        "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=",
        "KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ],
    (3, 5): [
        "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "KgMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "wgiIFdZfYNv6WU1OllBKsWnLYIS/DBMqt8Uh/S4OukE=",
        "KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ],
}  # fmt: skip


def published(old, size, *, proof_of=None, signed=None):
    lines = [f"old {old}", *PROOFS.get(proof_of or (old, size), []), ""]
    lines += [SIGSUM.name, str(size), ROOTS[size], ""]
    lines += [f"— {SIGSUM.name} {signed or SIGNED[size]}", ""]
    return "\n".join(lines).encode()


def test_published_requests_get_the_published_answers(tmp_path):
    follow(tmp_path, SIGSUM)
    witness = witness_at(tmp_path, [SIGSUM])
    story = [
        (published(0, 1), None),
        (published(1, 3, signed=SIGNED[3].replace("6go=", "6gs=")), NotSigned),
        (published(1, 3, proof_of=(9, 9)), NotConsistent),
        (published(1, 3, proof_of=(1, 5)), NotConsistent),
        (published(0, 3, proof_of=(9, 9)), OtherOldSize),
        (published(1, 3), None),
        (published(3, 3), None),
        (published(1, 5), OtherOldSize),
        (published(3, 5), None),
    ]
    for body, refusal in story:
        if refusal is None:
            assert witness.add_checkpoint(body).name == KEY.name
        else:
            with pytest.raises(refusal):
                witness.add_checkpoint(body)


def test_a_published_race_never_rolls_back(tmp_path):
    follow(tmp_path, SIGSUM)

    class Overtaken(FileLockBackend):
        """A shorter tree is checked; before it is stored a longer one comes in between."""

        def replace(self, origin, old, new):
            if new.size == 3:
                witness_at(tmp_path, [SIGSUM]).add_checkpoint(published(1, 5))
            super().replace(origin, old, new)

    witness = witness_at(tmp_path, [SIGSUM])
    witness.add_checkpoint(published(0, 1))
    witness._heads = Overtaken(tmp_path / "heads")
    with pytest.raises(OtherOldSize) as refused:
        witness.add_checkpoint(published(1, 3))
    assert refused.value.size == 5
    assert FileLockBackend(tmp_path / "heads").fetch(SIGSUM.name).size == 5
