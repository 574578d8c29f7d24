"""Run by alembic inside `casework.store.migrate`, on the connection it hands over."""

from alembic import context

from casework.store.base import all_tables

only = context.config.attributes.get("tables")


def wanted(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or only is None or name in only


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    include_name=wanted,
    include_object=lambda _item, name, kind, _reflected, _other: wanted(name, kind, None),
)
with context.begin_transaction():
    context.run_migrations()
