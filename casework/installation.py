"""One installation: made once, opened by one desk at a time, closed in order."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from audit.durable import create_file
from audit.log import MerkleLog
from audit.note import VerifyingKey
from audit.policy import Policy
from casework.clock import Clock, SystemClock
from casework.data_dir import DataDir, DataDirError
from casework.erasure.eraser import Eraser
from casework.keys.kek import create_kek
from casework.keys.kek_files import KekFiles
from casework.keys.key_file import KeyFile
from casework.keys.key_ring import KeyRing
from casework.keys.opening import open_key_file
from casework.log.cosigned import Cosigned
from casework.log.heartbeat import Heartbeat
from casework.log.sequencer import Sequencer
from casework.log.setup import init_log, load_log_key, open_log
from casework.log.succession.plan import refuse_unfinished
from casework.log.time_stamps import TimeStamps
from casework.store import migrate
from casework.store.engine import Store, open_store
from casework.store.schema_log import entry
from casework.store.writer import Writer

LAYOUT_VERSION = b"1\n"


class DatabaseTakenError(DataDirError):
    """The database that was named belongs to another data directory."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything the desk needs of the kernel, running."""

    data: DataDir
    clock: Clock
    store: Store
    keys: KeyRing
    writer: Writer
    log: MerkleLog
    cosigned: Cosigned
    time_stamps: TimeStamps
    sequencer: Sequencer
    eraser: Eraser


def init_data_dir(data: DataDir, *, origin: str, database_url: str = "") -> VerifyingKey:
    """Makes directories, keys, database and an empty log; returns the log's public key, which
    those who verify must get from outside. `database_url` names an empty database elsewhere
    (`postgresql://USER:PASSWORD@HOST/NAME`); without it the database is a file of the directory.

    Raises DatabaseTakenError if there are tables in it already, DataDirError if the directory is
    not empty, audit.errors.MalformedError for a bad origin.
    A crash leaves a directory without its marker, which cannot be opened and holds nothing yet.
    """
    data.make_directories()
    KeyFile.create(data.keys, create_kek(data.kek)).close()
    if database_url:
        _refuse_taken(database_url)
        create_file(data.database_address, f"{database_url}\n".encode(), mode=0o600)
    migrate.upgrade(data.database_url)
    if not database_url:
        data.database.chmod(0o600)
    public = init_log(data.log, data.checkpoint_store, data.log_key, origin)
    create_file(data.marker, LAYOUT_VERSION, mode=0o600)
    return public


def _refuse_taken(url: str) -> None:
    """Two installations in one database would write each other's chains. Tables without an entry are
    what a killed `init` left.
    """
    if migrate.revision_of(url) is None:
        return
    store = open_store(url)
    try:
        with store.reading() as conn:
            taken = conn.scalar(select(entry.c.position).limit(1)) is not None
    finally:
        store.close()
    if taken:
        raise DatabaseTakenError("this database holds an installation already")


@contextmanager
def opened(
    data: DataDir, *, clock: Clock | None = None, policy: Policy | None = None
) -> Iterator[Installation]:
    """Opens the installation for the one desk and starts writer and sequencer. `policy` names the
    log's witnesses; whoever asks them hands their cosignatures to `cosigned`.

    At the end waiting acts are done, committed entries logged, and everything is closed. Raises
    DataDirError if it is absent or in use, KekError if its keys do not open, LogStateError if log,
    checkpoint store and database contradict each other: then nothing is started.
    """
    clock = clock or SystemClock()
    data.check()
    with ExitStack() as stack:
        stack.enter_context(data.held())
        refuse_unfinished(data)
        keys = KeyRing(open_key_file(data.keys, KekFiles(data.kek)))
        stack.callback(keys.close)
        migrate.upgrade(data.database_url)
        store = open_store(data.database_url)
        stack.callback(store.close)
        log = stack.enter_context(open_log(data.log, data.checkpoint_store, data.log_key))
        log_key = load_log_key(data.log_key).verifying_key
        cosigned = Cosigned(data.log, log_key, policy or Policy())
        cosigned.check(log)
        writer = Writer(store, clock=clock, keys=keys, log=log)
        writer.start()
        stack.callback(writer.stop)
        heartbeat = Heartbeat(writer, clock, cosigned.newest)
        sequencer = Sequencer(store, writer, log, heartbeat=heartbeat)
        sequencer.reconcile()
        # An empty log begins with an entry of its own, never with a case's: every package shows it.
        heartbeat.beat_if_due(log.checkpoint)
        sequencer.start()
        # Left in reverse order: the sequencer writes back through the writer.
        stack.callback(sequencer.stop)
        eraser = Eraser(data, store, writer, keys, origin=log.origin)
        eraser.settle()
        yield Installation(
            data=data,
            clock=clock,
            store=store,
            keys=keys,
            writer=writer,
            log=log,
            cosigned=cosigned,
            time_stamps=TimeStamps(data.time_stamps),
            sequencer=sequencer,
            eraser=eraser,
        )
