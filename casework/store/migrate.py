"""Bringing a database to the present schema, from a program: there is no alembic.ini."""

from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory

from casework.store.base import all_tables
from casework.store.engine import open_store

_SCRIPTS = Path(__file__).with_name("migrations")


def upgrade(url: str) -> None:
    """Runs every missing revision in one transaction; does nothing on a present database.

    Raises alembic's CommandError for a database made by a newer program.
    """
    store = open_store(url)
    try:
        config = _config()
        with store.write_engine.connect() as connection, connection.begin():
            if (
                connection.dialect.name == "postgresql"
            ):  # an index over years of cases takes its time
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        store.close()


def write_revision(message: str, *, only: Collection[str] | None = None) -> Path:
    """For developers: writes the next revision into `migrations/versions` from the difference
    between the tables in the code (or `only` those named) and those the revisions make. Read it
    before you commit it; SQLite changes columns by `op.batch_alter_table`.
    """
    with TemporaryDirectory() as directory:
        store = open_store(f"sqlite:///{directory}/empty.sqlite3")
        try:
            config = _config()
            number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
            config.attributes["tables"] = only
            with store.write_engine.connect() as connection, connection.begin():
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                made = command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")
        finally:
            store.close()
    if not isinstance(made, Script):
        raise TypeError("alembic wrote no revision")
    path = Path(made.path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "# ###" not in line), encoding="utf-8")
    return path


def differences(url: str) -> list[object]:
    """What alembic finds different between a database and the tables in the code."""
    store = open_store(url)
    try:
        with store.reading() as connection:
            context = MigrationContext.configure(connection)
            found: list[object] = compare_metadata(context, all_tables())
            return found
    finally:
        store.close()


def revision_of(url: str) -> str | None:
    """The revision a database stands at; None if it was never upgraded."""
    store = open_store(url)
    try:
        with store.reading() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        store.close()


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config
