"""What tells growth in proportion from growth with the square: on a clock of its own, it is held to
both, however slow or restless the machine is that the clock is on."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

import pytest

from tests.growth import TRIES, in_no_time, in_proportion


class Clock:
    """Goes as far as the work says, and stumbles as it is told."""

    def __init__(self, *stumbles: float) -> None:
        self.now, self.stumbles = 0.0, cycle(stumbles or (1.0,))

    def __call__(self) -> float:
        return self.now

    def pass_by(self, cost: Callable[[int], float]) -> Callable[[str], None]:
        def work(given: str) -> None:
            self.now += cost(len(given)) * next(self.stumbles)

        return work


def text(number: int) -> str:
    return "x" * number


def square(length: int) -> float:
    return length * length / 1e5


@pytest.mark.parametrize("speed", [0.01, 1, 1000], ids=["a quick machine", "ours", "a slow one"])
def test_what_grows_in_proportion_passes_on_any_machine(speed: float) -> None:
    clock = Clock(speed)
    in_proportion(text, clock.pass_by(lambda length: 0.001 * length), 1000, clock)


def test_it_passes_where_the_machine_stands_still_now_and_then() -> None:
    clock = Clock(1, 9, 7, 30, 2, 5, 1, 2)
    in_proportion(text, clock.pass_by(lambda length: 0.001 * length), 1000, clock)


@pytest.mark.parametrize("speed", [0.01, 1, 1000], ids=["a quick machine", "ours", "a slow one"])
def test_what_grows_with_the_square_fails_on_every_machine(speed: float) -> None:
    clock = Clock(speed)
    with pytest.raises(AssertionError, match=r"64\.\d times as long"):
        in_proportion(text, clock.pass_by(square), 1000, clock)


def test_it_fails_where_a_quarter_of_the_shorter_time_is_the_square() -> None:
    clock = Clock()
    work = clock.pass_by(lambda length: square(length) + 0.03 * length)
    with pytest.raises(AssertionError, match=r"22\.\d times as long"):
        in_proportion(text, work, 1000, clock)


def test_what_is_remembered_of_a_text_does_not_answer_for_it() -> None:
    clock, seen = Clock(), set[str]()

    def work(given: str) -> None:
        if given not in seen:
            clock.now += square(len(given))
            seen.add(given)

    with pytest.raises(AssertionError, match="times as long"):
        in_proportion(text, work, 1000, clock)
    assert len(seen) == 2 * TRIES


def test_no_time_is_less_than_in_proportion() -> None:
    clock = Clock()
    in_no_time(text, clock.pass_by(lambda length: 1.0), 1000, clock)
    in_no_time(text, clock.pass_by(lambda length: 1e-6 * length), 1000, clock)
    with pytest.raises(AssertionError, match=r"8\.0 times as long"):
        in_no_time(text, clock.pass_by(lambda length: 0.01 * length), 1000, clock)
