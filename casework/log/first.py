"""A log for an installation that has none."""

from contextlib import closing

from audit.errors import AlreadyInitialisedError
from audit.note import VerifyingKey
from casework.data_dir import DataDir
from casework.log import sequenced
from casework.log.setup import init_log
from casework.store.engine import open_store


def begin_log(data: DataDir, origin: str) -> VerifyingKey:
    """Returns the key that others must trust.

    Raises DataDirError if there is no installation or one is running, and AlreadyInitialisedError
    if there is anything of a log: its directory, its key, its checkpoint store, or entries in the
    database that stand in one. A log that is lost is not made again under its name.
    """
    data.check()
    with data.held():
        store = open_store(data.database_url)
        with closing(store), store.reading() as conn:
            if sequenced.known_size(conn):
                raise AlreadyInitialisedError(
                    "the database has entries of a log that is gone: a new one may not take its place"
                )
        return init_log(data.log, data.checkpoint_store, data.log_key, origin)
