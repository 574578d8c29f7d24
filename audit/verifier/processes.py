"""Work shared out over the cores of the machine, in processes or in threads."""

import gc
import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 4
"""Results a process may be ahead of whoever takes them: what bounds the memory they fill."""

_work: Callable[[Any], Any]  # of whatever a caller of `shared_out` has


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def forks() -> int:
    """Processes worth starting, one a core.

    One where they cannot be forked: a fork keeps no other thread, and what these held stays held.
    """
    return cores() if sys.platform == "linux" and threading.active_count() == 1 else 1


def in_threads(work: Callable[[T], R], items: Iterable[T], threads: int) -> Iterator[R]:
    """`work` of each item, in their order: for work that hashes large pieces, in which no thread
    waits for another.
    """
    if threads < 2:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(work, items)


def shared_out(work: Callable[[T], R], items: Iterable[T], processes: int) -> Iterator[R]:
    """`work` of each item, in their order.

    Items and results are pickled on their way, `work` is not: a fork has it. Raises what `work`
    raises, and BrokenProcessPool if a process was killed.
    """
    if processes < 2:
        yield from map(work, items)
        return
    pool = ProcessPoolExecutor(
        processes, multiprocessing.get_context("fork"), initializer=_begin, initargs=(work,)
    )
    waiting: deque[Future[R]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(_do, item))
            if len(waiting) == processes * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(work: Callable[[Any], Any]) -> None:
    global _work  # noqa: PLW0603 - of a forked process, which does this one work
    _work = work
    # What a piece of work leaves behind holds no circles: looking for them takes a tenth of the time.
    gc.disable()


def _do(item: Any) -> Any:
    return _work(item)
