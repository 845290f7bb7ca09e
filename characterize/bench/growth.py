"""Time against the number of vectors, as far as a budget goes."""

from collections.abc import Iterator
from dataclasses import dataclass

from characterize.bench.contestant import Name
from characterize.bench.worker import Worker

DECADES = tuple(10**power for power in range(3, 10))


@dataclass(frozen=True, slots=True)
class Point:
    """Seconds that an engine took for so many vectors, start-up not included."""

    name: Name
    vectors: int
    seconds: float


def growth(worker: Worker, budget_s: float) -> Iterator[Point]:
    """Run 10^3 to 10^9 vectors, but not what would take longer than the budget."""
    expected = 0.0
    for vectors in DECADES:
        if expected > budget_s:
            return
        seconds = worker.run(vectors).seconds
        yield Point(worker.name, vectors, seconds)
        expected = 10 * seconds
