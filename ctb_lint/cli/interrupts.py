"""Ctrl-C while files are written: it waits until none of them is half written."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def held_back() -> Iterator[Callable[[], None]]:
    """An interrupt that comes meanwhile is not raised here or there, but by the function that is
    given, where one has come: whoever calls that can put things in order again. One that comes
    later than the last call is raised behind the block. Where interrupts are ignored they still
    are; only the main thread hears of any."""
    heard: list[int] = []

    def raised() -> None:
        if heard:
            heard.clear()
            raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    main = threading.current_thread() is threading.main_thread()
    if not main or before in {None, signal.SIG_IGN}:
        yield raised
        return
    signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        yield raised
    finally:
        signal.signal(signal.SIGINT, before)
    raised()
