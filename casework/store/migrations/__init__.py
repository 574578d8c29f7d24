"""Alembic's revisions, run by `casework.store.migrate`."""
