# /// script
# requires-python = ">=3.11"
# dependencies = ["pytest-split==0.11.0"]
# ///
"""How evenly ci_shards splits a suite of 2,000 tests: makespan against the ideal.

    uv run benchmarks/shards.py

Nothing is run: durations are drawn once (most tests take milliseconds, few take seconds, as suites
do), split by pytest-split's own algorithms, and summed up. The workflow uses least_duration.
"Recorded" splits by durations that are known exactly, "stale" by durations that are off by up to
half and unknown for a tenth of the tests, "none" without a .test_durations file.
"""

import argparse
import math
import random
from types import SimpleNamespace

from pytest_split.algorithms import Algorithms

SHARDS = (1, 2, 4, 8, 16)


def draw_durations(tests: int, seed: int) -> dict[str, float]:
    """Seconds by test: a lognormal distribution, median 60 ms, at most 20 s."""
    rng = random.Random(seed)
    return {f"test_{n}": min(20.0, rng.lognormvariate(math.log(0.06), 1.5)) for n in range(tests)}


def stale(durations: dict[str, float], seed: int) -> dict[str, float]:
    rng = random.Random(seed + 1)
    return {name: seconds * rng.uniform(0.5, 1.5) for name, seconds in durations.items() if rng.random() > 0.1}


def makespan(shards: int, real: dict[str, float], recorded: dict[str, float], algorithm: str) -> float:
    """Seconds until the slowest shard is done."""
    items = [SimpleNamespace(nodeid=name) for name in real]
    groups = Algorithms[algorithm].value(splits=shards, items=items, durations=recorded)
    assert sorted(item.nodeid for group in groups for item in group.selected) == sorted(real)
    return max(sum(real[item.nodeid] for item in group.selected) for group in groups)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--tests", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()

    real = draw_durations(options.tests, options.seed)
    total, slowest = sum(real.values()), max(real.values())
    columns = {
        "recorded": (real, "least_duration"),
        "stale": (stale(real, options.seed), "least_duration"),
        "none": ({}, "least_duration"),
        "recorded, in chunks": (real, "duration_based_chunks"),
    }
    print(f"{options.tests} tests, {total:.0f} s in all, the slowest takes {slowest:.1f} s\n")
    print("| shards | ideal, s | " + " | ".join(columns) + " |")
    print("|---:" * (len(columns) + 2) + "|")
    for shards in SHARDS:
        ideal = max(total / shards, slowest)
        spans = [makespan(shards, real, *column) for column in columns.values()]
        cells = [f"{span:.1f} ({span / ideal:.2f} x)" for span in spans]
        print(f"| {shards} | {ideal:.1f} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
