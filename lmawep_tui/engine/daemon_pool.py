"""Threads for blocking work that never hold up the end of the program.

The standard executors are joined when Python ends: quitting while the tests of a pod run would wait for them for
minutes. The engine can be cut off at any point, so these threads simply end with the process.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


class DaemonPool(ThreadPoolExecutor):
    """A `ThreadPoolExecutor` to its users; its threads are its own, started when needed, and daemons."""

    def __init__(self, size: int, name: str) -> None:
        """Make a pool of at most `size` threads."""
        super().__init__(1)
        self._size, self._name = size, name
        self._jobs: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._free = 0
        self._started = 0
        self._lock = threading.Condition()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Run `fn` on the next free thread."""
        future: Future[T] = Future()
        with self._lock:
            self._jobs.append((future, lambda: fn(*args, **kwargs)))
            if self._free >= len(self._jobs):
                self._lock.notify()
            elif self._started < self._size:
                self._started += 1
                threading.Thread(target=self._work, name=f"{self._name}-{self._started}", daemon=True).start()
        return future

    async def run(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Run `fn` on a thread and wait for its result without holding up the event loop."""
        import asyncio  # late: the command line has conductors too, and no event loop

        return await asyncio.wrap_future(self.submit(fn, *args, **kwargs))

    def _work(self) -> None:
        while True:
            with self._lock:
                self._free += 1
                while not self._jobs:
                    self._lock.wait()
                self._free -= 1
                future, job = self._jobs.popleft()
            if future.set_running_or_notify_cancel():
                _finish(future, job)


def _finish(future: Future[Any], job: Callable[[], Any]) -> None:
    """Run a job; whatever it raises is its result."""
    try:
        result = job()
    except BaseException as error:  # noqa: BLE001 - it is raised again where the future is awaited
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            future.set_exception(error)
        return
    with contextlib.suppress(RuntimeError):
        future.set_result(result)
