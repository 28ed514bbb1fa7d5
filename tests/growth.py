"""How the time that something takes grows with what it is given.

A clock on the wall tells of the machine and of who else uses it. So nothing is timed against a
number of seconds: the same work is done on a text and on one eight times as long, in one run, and
the times of the processor that the two took are held against each other.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TypeVar

TIMES = 8
"""So much longer is the longer one. In proportion it takes 8 times as long, with the square 64."""
MOST = 20.0
"""So much longer it may take: between the two, nearer to what is in proportion."""
NOTHING = 0.02
"""Seconds of the processor that are no time at all, whatever the shorter one took."""
TRIES = 7
"""The shortest of so many counts: a busy machine makes a try longer, never shorter. Where the work
does grow with the square, each of them says so."""

Given = TypeVar("Given")
Clock = Callable[[], float]


def in_proportion(
    make: Callable[[int], Given],
    work: Callable[[Given], object],
    size: int,
    clock: Clock = time.process_time,
) -> None:
    """Fails where the work on ``make(8 * size)`` takes much more than eight times as long as on
    ``make(size)``. What making it takes does not count."""
    _held(make, work, size, MOST, clock)


def in_no_time(
    make: Callable[[int], Given],
    work: Callable[[Given], object],
    size: int,
    clock: Clock = time.process_time,
) -> None:
    """Fails where the work takes any time at all on ``make(8 * size)``, or more than on
    ``make(size)``: what is too long is not even looked at."""
    _held(make, work, size, 2.0, clock)


def _held(
    make: Callable[[int], Given],
    work: Callable[[Given], object],
    size: int,
    most: float,
    clock: Clock,
) -> None:
    shortest, longest = [], []
    # Another size each time: what is remembered of a text must not answer for it.
    for each in range(size, size + TRIES):
        shortest.append(_taken(work, make(each), clock))
        longest.append(_taken(work, make(TIMES * each), clock))
        if min(longest) <= max(most * min(shortest), NOTHING):
            return
    raise AssertionError(
        f"{TIMES * size} take {min(longest):.4f} s of the processor, and {size} take"
        f" {min(shortest):.4f} s: {min(longest) / min(shortest):.1f} times as long"
    )


def _taken(work: Callable[[Given], object], given: Given, clock: Clock) -> float:
    """What the work takes, without what the collector of garbage does meanwhile: that grows with
    everything that earlier tests left."""
    gc.collect()
    gc.disable()
    try:
        began = clock()
        work(given)
        return clock() - began
    finally:
        gc.enable()
