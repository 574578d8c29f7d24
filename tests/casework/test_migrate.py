"""The revisions make the very tables that the code describes."""

from sqlalchemy import inspect

from casework.store import migrate
from casework.store.base import all_tables
from casework.store.engine import open_store


def index_text(index):
    where = index.get("dialect_options", {}).pop("sqlite_where", "")
    return f"{index} WHERE {where}"


def reflected(url):
    """Columns, keys and indexes of every table, as the database tells them."""
    store = open_store(url)
    try:
        found = inspect(store.write_engine)
        return {
            table: {
                "columns": [
                    (column["name"], str(column["type"]), column["nullable"])
                    for column in found.get_columns(table)
                ],
                "primary": found.get_pk_constraint(table),
                "foreign": sorted(map(str, found.get_foreign_keys(table))),
                "unique": sorted(map(str, found.get_unique_constraints(table))),
                "check": sorted(map(str, found.get_check_constraints(table))),
                "indexes": sorted(index_text(index) for index in found.get_indexes(table)),
            }
            for table in found.get_table_names()
            if table != "alembic_version"
        }
    finally:
        store.close()


def test_the_revisions_make_the_tables_of_the_code(tmp_path):
    migrated = f"sqlite:///{tmp_path / 'migrated.sqlite3'}"
    migrate.upgrade(migrated)
    assert migrate.differences(migrated) == []
    created = f"sqlite:///{tmp_path / 'created.sqlite3'}"
    store = open_store(created)
    store.create_all()
    store.close()
    assert reflected(migrated) == reflected(created)
    assert reflected(migrated).keys() == all_tables().tables.keys()


def test_upgrading_twice_is_nothing(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    migrate.upgrade(url)
    first = migrate.revision_of(url)
    migrate.upgrade(url)
    assert migrate.revision_of(url) == first == migrate.newest_revision()
