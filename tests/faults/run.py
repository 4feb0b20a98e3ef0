"""Apply one fault at a time to a rendered project: its tests must fail, in the layer that should.

    python tests/faults/run.py PROJECT [--only WORD] [--every N]

Runs with the Python that starts it, which must have what the project's tests need. Prints a table.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from faults import FAULTS, Fault


def applies(project: Path, fault: Fault) -> Path | None:
    """The file that has the fault's text, if the chosen stack has it."""
    for file in project.glob(f"src/*/shop/{fault.file}"):
        if fault.old in file.read_text(encoding="utf-8"):
            return file
    return None


def caught(project: Path, file: Path, fault: Fault) -> bool:
    """Whether the tests of the fault's layer fail while it is there."""
    right = file.read_text(encoding="utf-8")
    tests = project / "tests" / fault.layer / "shop" / fault.tests
    file.write_text(right.replace(fault.old, fault.new), encoding="utf-8")
    try:
        command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "--tb=no", str(tests)]
        outcome = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=300)
    finally:
        file.write_text(right, encoding="utf-8")
    if outcome.returncode not in (0, 1):
        sys.exit(f"{fault.name}: pytest ended with {outcome.returncode}\n{outcome.stdout}")
    return outcome.returncode == 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("--only", default="", help="faults with this in their name")
    parser.add_argument("--every", type=int, default=1, help="every so many only")
    options = parser.parse_args()
    project, missed = options.project.resolve(), []
    print("| fault | layer | caught |\n|---|---|---|")
    for fault in [each for each in FAULTS if options.only in each.name][:: options.every]:
        file = applies(project, fault)
        if file is None:
            continue
        found = caught(project, file, fault)
        missed += [] if found else [fault.name]
        print(f"| {fault.name} | {fault.layer} | {'yes' if found else 'NO'} |", flush=True)
    if missed:
        sys.exit(f"not caught: {', '.join(missed)}")


if __name__ == "__main__":
    main()
