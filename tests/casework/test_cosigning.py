"""What the desk asks its witnesses, what it believes of their answers, and what it keeps."""

import asyncio
import hashlib

import pytest

from audit import cosignature, note
from audit.checkpoint import open_checkpoint
from audit.cosignature import witness_key
from audit.entry import Entry
from audit.errors import MalformedError, RollbackError, SignatureError
from audit.note import SigningKey
from audit.policy import Policy
from audit.witness.refusals import OtherOldSize, Refused
from audit.witness.witness import Witness, follow
from casework.log.cosigned import NAME, Cosigned
from casework.log.cosigning import Answer, Question, WitnessState
from casework.log.heartbeat import Heartbeat
from casework.log.setup import init_log, load_log_key, open_log
from casework.store import reading

ORIGIN = "test.example/log"
KEYS = [SigningKey.generate(f"w{n}.example") for n in range(3)]
WITNESSES = "".join(
    f"witness w{n} {witness_key(key).vkey} http://w{n}.example/\n" for n, key in enumerate(KEYS)
)
TWO_OF_THREE = Policy.parse(f"{WITNESSES}group g 2 w0 w1 w2\nquorum g\n".encode())
NO_QUORUM = Policy.parse(f"{WITNESSES}quorum none\n".encode())


@pytest.fixture
def parts(tmp_path):
    made = tmp_path / "log", tmp_path / "checkpoint-store", tmp_path / "log-key"
    init_log(*made, ORIGIN)
    return made


@pytest.fixture
def log(parts):
    with open_log(*parts) as opened:
        yield opened


@pytest.fixture
def log_key(parts):
    return load_log_key(parts[2]).verifying_key


def grow(log, count=1):
    """The checkpoint after `count` more entries."""
    log.append([b"entry %d" % n for n in range(log.size, log.size + count)])
    return log.checkpoint


def line(key, target, time=1_788_000_000):
    return cosignature.cosign(key, target.signed.text, time)


class RealWitness:
    """A witness as it answers by HTTP, without HTTP."""

    def __init__(self, folder, log_key, key=KEYS[0]):
        follow(folder, log_key)
        self._witness = Witness(folder, key, [log_key], lambda: 1_788_000_000)

    def answer(self, body):
        try:
            return Answer(200, "text/plain", self._witness.add_checkpoint(body).line().encode())
        except OtherOldSize as refused:
            return Answer(409, "text/x.tlog.size", b"%d\n" % refused.size)
        except Refused as refused:
            return Answer(refused.status, "text/plain", b"")


@pytest.fixture
def witness(tmp_path, log_key):
    return RealWitness(tmp_path / "witness", log_key)


def question(log, log_key, known=0):
    return Question(TWO_OF_THREE.witnesses[0], log, log_key, known)


class TestQuestions:
    def test_a_growing_log_is_cosigned_at_every_size(self, log, log_key, witness):
        asked = question(log, log_key)
        for count in (1, 0, 2, 300, 7):
            target = grow(log, count)
            judged = asked.judge(target, witness.answer(asked.request(target)))
            assert (judged.state, judged.again) == (WitnessState.COSIGNED, False)
            assert judged.line.name == KEYS[0].name

    @pytest.mark.parametrize("known", [0, 2, 7, 9, 50])
    def test_who_is_told_another_size_asks_from_there(self, log, log_key, witness, known):
        asked = question(log, log_key)
        target = grow(log, 5)
        asked.judge(target, witness.answer(asked.request(target)))
        asked, target = question(log, log_key, known), grow(log, 4)
        judged = asked.judge(target, witness.answer(asked.request(target)))
        assert judged.again
        judged = asked.judge(target, witness.answer(asked.request(target)))
        assert judged.state is WitnessState.COSIGNED

    def test_a_witness_that_saw_more_contradicts(self, log, log_key, witness):
        asked = question(log, log_key)
        old, new = grow(log, 2), grow(log, 3)
        asked.judge(new, witness.answer(asked.request(new)))
        judged = asked.judge(old, witness.answer(question(log, log_key).request(old)))
        assert (judged.state, judged.again) == (WitnessState.CONTRADICTS, False)

    def test_a_witness_of_another_history_contradicts(self, log, log_key, parts, tmp_path):
        """Somebody has the key and shows this witness a log of his own."""
        witness = RealWitness(tmp_path / "w", log_key)
        fork = tmp_path / "fork"
        fork.mkdir()
        (fork / "key").write_bytes(parts[2].read_bytes())
        (fork / "key").chmod(0o600)
        with _forked(fork) as other:
            other.append([b"another past"] * 3)
            asked = question(other, log_key)
            answer = witness.answer(asked.request(other.checkpoint))
            assert asked.judge(other.checkpoint, answer).state is WitnessState.COSIGNED
        for size in (3, 4):
            target = grow(log, 3 if size == 3 else 1)
            asked = question(log, log_key, 3)
            judged = asked.judge(target, witness.answer(asked.request(target)))
            assert judged.state is WitnessState.CONTRADICTS

    @pytest.mark.parametrize("status", [301, 302, 400, 403, 404, 500, 503, 204])
    def test_other_answers_are_refusals(self, log, log_key, status):
        judged = question(log, log_key).judge(grow(log), Answer(status, "text/plain", b"x"))
        assert (judged.state, judged.line, judged.again) == (WitnessState.REFUSED, None, False)


def _forked(folder):
    from audit.checkpoint_store import FileLockBackend
    from audit.log import MerkleLog

    key = load_log_key(folder / "key")
    return MerkleLog.init(folder / "log", FileLockBackend(folder / "store"), key)


class TestLies:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\n",
            b"no signature",
            b"\xff\xfe\n",
            b"\xe2\x80\x94 w0.example AAAA\n",
            b"x" * 16_384,
            b"\n\n".join([b"\xe2\x80\x94 w0.example AAAAAAAA\n"] * 2),
            "— w0.example AAAAAAAA\n".encode() * 40,
        ],
    )
    def test_what_is_no_cosignature_is_no_cosignature(self, log, log_key, body):
        judged = question(log, log_key).judge(grow(log), Answer(200, "text/plain", body))
        assert (judged.state, judged.line) == (WitnessState.BAD_ANSWER, None)

    def test_a_cosignature_of_something_else_or_of_somebody_else(self, log, log_key):
        asked, old, new = question(log, log_key), grow(log), grow(log)
        right = line(KEYS[0], new)
        lies = [
            line(KEYS[0], old),
            line(KEYS[1], new),
            line(SigningKey.generate(KEYS[0].name), new),
            KEYS[0].sign(new.signed.text),
            note.Signature(right.name, right.key_id, bytes(8) + right.signature[8:]),
            note.Signature(right.name, right.key_id, right.signature[:-1]),
        ]
        for lie in lies:
            judged = asked.judge(new, Answer(200, "text/plain", lie.line().encode()))
            assert judged.state is WitnessState.BAD_ANSWER
        two = (right.line() + line(KEYS[0], new, 5).line()).encode()
        assert asked.judge(new, Answer(200, "text/plain", two)).line is None
        others = (line(KEYS[1], new).line() + right.line()).encode()
        assert asked.judge(new, Answer(200, "text/plain", others)).line == right

    @pytest.mark.parametrize("body", [b"", b"5", b"05\n", b"-1\n", b"5\n\n", b"9" * 30 + b"\n"])
    def test_a_size_that_is_none(self, log, log_key, body):
        judged = question(log, log_key).judge(grow(log), Answer(409, "text/x.tlog.size", body))
        assert (judged.state, judged.again) == (WitnessState.BAD_ANSWER, False)

    def test_the_size_that_was_asked_from_is_no_other(self, log, log_key):
        judged = question(log, log_key, 3).judge(
            grow(log, 5), Answer(409, "text/x.tlog.size", b"3\n")
        )
        assert (judged.state, judged.again) == (WitnessState.BAD_ANSWER, False)

    def test_a_lie_about_the_size_spoils_nothing(self, log, log_key, witness):
        asked, target = question(log, log_key), grow(log, 5)
        asked.judge(target, Answer(409, "text/x.tlog.size", b"%d\n" % (2**62)))
        judged = asked.judge(target, witness.answer(asked.request(target)))
        assert judged.again
        judged = asked.judge(target, witness.answer(asked.request(target)))
        assert judged.state is WitnessState.COSIGNED


class TestCosigned:
    def kept(self, parts, log_key, policy=TWO_OF_THREE):
        return Cosigned(parts[0], log_key, policy)

    def test_the_newest_that_meets_the_quorum(self, log, parts, log_key):
        cosigned = self.kept(parts, log_key)
        assert cosigned.newest() is None
        first, second = grow(log), grow(log)
        cosigned.add(first, line(KEYS[0], first))
        assert cosigned.newest().head.size == 1, "one is better than none"
        cosigned.add(first, line(KEYS[2], first))
        assert len(cosigned.newest().cosignatures) == 2
        cosigned.add(second, line(KEYS[1], second))
        assert cosigned.newest().head.size == 1, "a quorum is better than a newer one"
        cosigned.add(second, line(KEYS[2], second))
        assert (cosigned.newest().head.size, len(cosigned.newest().cosignatures)) == (2, 2)
        cosigned.add(first, line(KEYS[1], first))
        assert cosigned.newest().head.size == 2, "who is late changes nothing"
        cosigned.add(second, line(KEYS[0], second))
        assert len(cosigned.newest().cosignatures) == 3

    def test_a_witness_counts_once(self, log, parts, log_key):
        cosigned, target = self.kept(parts, log_key), grow(log)
        for time in (5, 6, 6):
            opened = cosigned.add(target, line(KEYS[0], target, time))
        assert [cosignature.time_of(one) for one in opened.cosignatures] == [6]
        assert cosigned.signed_size(witness_key(KEYS[0])) == 1
        assert cosigned.signed_size(witness_key(KEYS[1])) == 0

    def test_only_what_verifies_is_taken(self, log, parts, log_key):
        cosigned, first, second = self.kept(parts, log_key), grow(log), grow(log)
        for wrong in (line(KEYS[0], first), line(SigningKey.generate("x"), second)):
            with pytest.raises(SignatureError):
                cosigned.add(second, wrong)
        assert cosigned.newest() is None
        assert not (parts[0] / NAME).exists()

    def test_it_is_there_after_a_restart(self, log, parts, log_key):
        target = grow(log, 3)
        for key in KEYS:
            self.kept(parts, log_key).add(target, line(key, target))
        cosigned = self.kept(parts, log_key)
        cosigned.add(target, line(KEYS[0], target))
        again = self.kept(parts, log_key)
        assert again.newest().encode() == (parts[0] / NAME).read_bytes()
        again.check(log)
        assert self.kept(parts, log_key, Policy()).newest() is None, "nobody in the policy signed"

    @pytest.mark.parametrize("data", [b"", b"damaged", b"\xff"])
    def test_a_damaged_file_is_asked_for_again(self, log, parts, log_key, data):
        (parts[0] / NAME).write_bytes(data)
        cosigned, target = self.kept(parts, log_key), grow(log)
        assert cosigned.newest() is None
        cosigned.add(target, line(KEYS[0], target))
        assert self.kept(parts, log_key).newest().head.size == 1

    def test_a_log_behind_what_was_cosigned_does_not_start(self, log, parts, log_key, tmp_path):
        target = grow(log, 3)
        self.kept(parts, log_key).add(target, line(KEYS[0], target))
        (tmp_path / "older").mkdir()
        (tmp_path / "older" / "key").write_bytes(parts[2].read_bytes())
        (tmp_path / "older" / "key").chmod(0o600)
        with _forked(tmp_path / "older") as other:
            with pytest.raises(RollbackError, match="behind"):
                self.kept(parts, log_key).check(other)
            other.append([b"another past"] * 3)
            with pytest.raises(RollbackError, match="another history"):
                self.kept(parts, log_key).check(other)

    def test_a_policy_for_other_logs_is_refused(self, parts, log_key):
        other = SigningKey.generate("example.com/other").verifying_key
        with pytest.raises(MalformedError, match="not this one"):
            self.kept(parts, log_key, Policy.parse(f"log {other.vkey}\nquorum none\n".encode()))
        self.kept(parts, log_key, Policy.parse(f"log {log_key.vkey}\nquorum none\n".encode()))

    def test_old_targets_are_let_go(self, log, parts, log_key):
        cosigned = self.kept(parts, log_key, NO_QUORUM)
        for _ in range(12):
            target = grow(log)
            cosigned.add(target, line(KEYS[0], target))
        assert len(cosigned._gathered) == 4
        assert cosigned.newest().head.size == 12


async def test_the_heartbeat_carries_the_newest_cosignature(k, log, parts, log_key, clock):
    cosigned = Cosigned(parts[0], log_key, NO_QUORUM)
    heartbeat = Heartbeat(k.writer, clock, cosigned.newest)
    lines = []
    for _ in range(3):
        await asyncio.to_thread(heartbeat.beat_if_due, log.checkpoint)
        target = grow(log)
        lines.append(line(KEYS[0], target, clock.wall_ms() // 1000))
        cosigned.add(target, lines[-1])
        clock.advance(60_000)
    entries = await k.store.read(reading.entries_of, f"log:{ORIGIN}")
    said = [Entry.decode(entry.body).facts["cosignature"] for entry in entries]
    hashes = [hashlib.sha256(one.line().encode()).hexdigest() for one in lines]
    assert said == [None, *hashes[:2]]
    opened = open_checkpoint((parts[0] / NAME).read_bytes(), log_key, [witness_key(KEYS[0])])
    assert opened.cosignatures == (lines[2],)
