# Template-owned: "copier update" merges changes into this file. Extend it in tests/conftest.py.
"""What to watch in a suite: its layers, slow and flaky tests, what was left behind. As Markdown.

python tests/support/health.py                      run the suite once
python tests/support/health.py --repeat 10 -n auto  ten times in random order; options go to pytest
python tests/support/health.py reports/*.xml        read the reports of runs
python tests/support/health.py --why tests/integration/test_cart.py::test_total
                                                    does it fail alone, or only after another test?
"""

import argparse
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from summary import layer, node_id, problem  # type: ignore[import-not-found]  # the file beside this

PYRAMID = {"unit": 70, "integration": 20, "e2e": 10}  # per cent of the tests
SLOW = 10  # seconds
Case = ElementTree.Element


def run(*options: str) -> list[Case]:
    """Run pytest in random order, if pytest-randomly is there; its tests."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *options]
        subprocess.run(command, stdout=sys.stderr)
        return read(report) if report.exists() else []


def read(report: Path) -> list[Case]:
    return list(ElementTree.parse(report).iter("testcase"))


def seconds(case: Case) -> float:
    return float(case.get("time", 0))


def health(cases: list[Case]) -> Iterator[str]:
    """The lines of the report. A test that ran several times is there several times."""
    runs = defaultdict(list)
    for case in cases:
        runs[node_id(case)].append(case)
    yield from ["| layer | tests | share | pyramid | seconds |", "|---|---:|---:|---:|---:|"]
    for name, wanted in PYRAMID.items():
        mine = [found for found in runs.values() if layer(found[0]) == name]
        time = sum(seconds(case) for found in mine for case in found) / most(runs.values())
        share = 100 * len(mine) / max(1, len(runs))
        yield f"| {name} | {len(mine)} | {share:.0f} % | {wanted} % | {time:.1f} |"

    yield from ["", "| slowest tests | seconds | |", "|---|---:|---|"]
    slowest = {test: max(map(seconds, found)) for test, found in runs.items()}
    for test, time in sorted(slowest.items(), key=lambda item: -item[1])[:10]:
        yield f"| `{test}` | {time:.1f} | {'**too slow**' if time > SLOW else ''} |"

    failed = {test: sum(map(bool, map(problem, found))) for test, found in runs.items()}
    flaky = [test for test, found in runs.items() if 0 < failed[test] < len(found)]
    rate = 100 * len(flaky) / max(1, len(runs))
    yield from ["", f"Flaky in {most(runs.values())} runs: {len(flaky)} tests ({rate:.1f} %)", ""]
    yield from (f"- `{test}` failed {failed[test]} of {len(runs[test])} times" for test in flaky)

    properties = [(case, found) for case in cases for found in case.iter("property")]
    left = {(node_id(case), found.get("value")) for case, found in properties}
    yield f"Left behind: by {len({test for test, _ in left})} tests"
    yield from (f"- `{test}`: {what}" for test, what in sorted(left))


def most(runs) -> int:
    return max(map(len, runs), default=1)


def why(test: str) -> str:
    """Whether the test fails alone, and if not, which test before it makes it fail."""

    def fails(*tests: str) -> bool:
        cases = run("-p", "no:randomly", *tests)
        return any(problem(case) for case in cases if node_id(case) == test)

    if fails(test):
        return f"{test} fails alone: the bug is in what it tests, or in the test."
    file = test.partition("::")[0]
    before = list(dict.fromkeys(map(node_id, run("-p", "no:randomly", file))))
    before = before[: before.index(test)] if test in before else []
    if not fails(*before, test):
        return f"{test} passes alone and after those before it in {file}: look beyond that file."
    while len(before) > 1:
        half = before[: len(before) // 2]
        before = half if fails(*half, test) else before[len(half) :]
    return f"{test} passes alone and fails after {before[0]}: that one leaves something behind."


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=1, metavar="N")
    parser.add_argument("--why", metavar="TEST")
    ours, rest = parser.parse_known_args()
    if ours.why:
        print(why(ours.why))
        return 0
    reports = [Path(word) for word in rest if word.endswith(".xml") and word[0] != "-"]
    if reports:
        cases = [case for report in reports for case in read(report)]
    else:
        cases = [case for _ in range(ours.repeat) for case in run(*rest)]
    print("\n".join(health(cases)))
    return int(not cases or any(map(problem, cases)))


if __name__ == "__main__":
    sys.exit(main())
