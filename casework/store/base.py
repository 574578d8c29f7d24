"""The one MetaData of the store. Every `schema_*.py` hangs its tables on it.

Times are whole milliseconds (BigInteger), ids are ULIDs in String columns, booleans Boolean, and
nothing relies on a dialect. `all_tables()` imports every schema module so that `create_all` and the
migration test see the same set.
"""

import importlib
import pkgutil

from sqlalchemy import MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def all_tables() -> MetaData:
    """The MetaData with the tables of every `casework.store.schema_*` module."""
    package = importlib.import_module("casework.store")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name.startswith("schema_"):
            importlib.import_module(f"casework.store.{module.name}")
    return metadata
