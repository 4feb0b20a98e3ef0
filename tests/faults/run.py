"""Apply one fault at a time to a rendered project: its tests must fail, in the layer that should.

    python -m tests.faults.run PROJECT [--only WORD] [--every N] [--record NAME]

The project is installed in its own .venv; where its servers are stands in TEST_..._URL.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.faults.faults import FAULTS, Fault
from tests.harness.rendering import ROOT

RESULTS = ROOT / "build" / "faults"
LAYERS = ("unit", "integration", "e2e")
FAILED, PASSED = 1, 0
OPTIONS = ["-q", "-x", "--tb=line", "-rfE", "-p", "no:randomly", "-p", "no:cacheprovider"]
OPTIONS += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]


@dataclass(frozen=True)
class Outcome:
    """What the tests made of a fault."""

    fault: str
    wanted: str
    layer: str | None  # the lowest that noticed
    test: str | None  # the first of its tests that failed

    @property
    def caught(self) -> bool:
        """In that layer, or by a cheaper test of one below."""
        return self.layer in LAYERS[: LAYERS.index(self.wanted) + 1]


def place(project: Path, fault: Fault) -> tuple[Path, str, str] | None:
    """The file that has the fault's text, that text and what replaces it; None: it has no such text."""
    if not (project / fault.needs).exists():
        return None
    for change in fault.changes:
        for file in sorted(project.glob(f"src/*/{change.file}")):
            source = file.read_text(encoding="utf-8")
            for word in ("", "await "):
                if (old := change.old.replace("AWAIT ", word)) in source:
                    is_async = word or "async def" in source
                    return file, old, change.new.replace("AWAIT ", "await " if is_async else "")
    return None


class Workshop:
    """A copy of the project in which faults come and go."""

    def __init__(self, folder: Path, process: subprocess.Popen, output: Path):
        self.folder, self._process, self._output = folder, process, output

    @classmethod
    @contextlib.contextmanager
    def of(cls, project: Path, environment: Mapping[str, str]) -> Iterator["Workshop"]:
        with tempfile.TemporaryDirectory(prefix="faults-") as scratch:
            folder = Path(scratch) / "project"
            shutil.copytree(project, folder, ignore=shutil.ignore_patterns(".venv", "__pycache__", ".*_cache"))
            output = Path(scratch) / "output.txt"
            process = subprocess.Popen(
                [project / ".venv" / "bin" / "python", Path(__file__).with_name("fork.py"), output],
                cwd=folder,
                # The copy comes before the installed project, and leaves no stale bytecode behind.
                env={**environment, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            try:
                yield cls(folder, process, output)
            finally:
                process.stdin.close()
                process.wait()

    def run(self, *tests: Path) -> int:
        """pytest's exit status for these tests."""
        self._process.stdin.write(json.dumps([*OPTIONS, *map(str, tests)]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    @property
    def output(self) -> str:
        return self._output.read_text(encoding="utf-8", errors="replace")

    def assert_clean(self, faults: list[Fault]) -> None:
        """The tests that should notice the faults pass without them.

        Raises:
            AssertionError: they do not, so they would show nothing.
        """
        highest = max(LAYERS.index(fault.layer) for fault in faults)
        for layer in LAYERS[: highest + 1]:
            assert self.run(self.folder / "tests" / layer / "shop") == PASSED, self.output

    def try_fault(self, fault: Fault) -> Outcome:
        """The layers from the lowest up to the one that should notice, until one does."""
        file, old, new = place(self.folder, fault)
        right = file.read_text(encoding="utf-8")
        file.write_text(right.replace(old, new), encoding="utf-8")
        try:
            for layer in LAYERS[: LAYERS.index(fault.layer) + 1]:
                tests = self.folder / "tests" / layer / "shop"
                named = sorted(tests.glob(fault.tests)) if layer == fault.layer and fault.tests else []
                status = self.run(*(named or [tests]))
                if status != PASSED:
                    assert status == FAILED, f"{fault.name}: pytest ended with {status}\n{self.output}"
                    found = re.search(r"^(?:FAILED|ERROR) \S*/(test_\w+\.py::\w+)", self.output, re.MULTILINE)
                    return Outcome(fault.name, fault.layer, layer, found and found[1])
        finally:
            file.write_text(right, encoding="utf-8")
        return Outcome(fault.name, fault.layer, None, None)


def record(name: str, outcomes: list[Outcome]) -> None:
    """Keep what has been caught, for the table in README.md; what was kept of other faults stays."""
    file = RESULTS / f"{name}.json"
    RESULTS.mkdir(parents=True, exist_ok=True)
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    rows = {row["fault"]: row for row in [*kept, *map(asdict, outcomes)]}
    in_order = [rows[fault.name] for fault in FAULTS if fault.name in rows]
    file.write_text(json.dumps(in_order, indent=1), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path)
    parser.add_argument("--only", default="", help="faults whose name this regular expression finds")
    parser.add_argument("--every", type=int, default=1, help="every so many only")
    parser.add_argument("--record", default="", help="keep the results under this name")
    options = parser.parse_args()
    faults = [each for each in FAULTS if re.search(options.only, each.name) and place(options.project, each)]
    faults = faults[:: options.every]
    outcomes = []
    with Workshop.of(options.project.resolve(), os.environ) as workshop:
        workshop.assert_clean(faults)
        for fault in faults:
            outcomes.append(outcome := workshop.try_fault(fault))
            print("ok " if outcome.caught else "NO ", outcome.fault, outcome.layer, outcome.test, flush=True)
            if options.record:
                record(options.record, [outcome])
    if missed := [outcome.fault for outcome in outcomes if not outcome.caught]:
        sys.exit(f"not caught in their layer: {', '.join(missed)}")


if __name__ == "__main__":
    main()
