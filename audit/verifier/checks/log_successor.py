"""Of a log that took the place of another: that it says so where it must, and handed on what it says."""

from collections.abc import Iterator

from audit.verifier.log_folder import LogScan, log_check
from audit.verifier.report import Finding


@log_check("log.successor")
def place(scan: LogScan) -> Iterator[Finding]:
    """A log begins with the `log.successor` of each log before it, the newest first, each the first
    entry of its own log's chain; nowhere else is there one.
    """
    yield from scan.beginning.misplaced()


@log_check("log.successor_facts")
def facts(scan: LogScan) -> Iterator[Finding]:
    """It says origin, last tree and cause of the log before, and hands on no more than there is."""
    yield from scan.beginning.misstated(scan.checkpoint.size)


@log_check("log.carried")
def carried(scan: LogScan) -> Iterator[Finding]:
    """Where nothing was lost, the entries after it are the whole log before: they have its root."""
    yield from scan.beginning.other_entries(scan.tree.root_between)
