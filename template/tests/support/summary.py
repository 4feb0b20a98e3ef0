# Template-owned: "copier update" merges changes into this file. Extend it in tests/conftest.py.
"""Write JUnit reports as Markdown, for the summary of a CI run. Needs nothing but Python.

python tests/support/summary.py reports/*.xml >> "$GITHUB_STEP_SUMMARY"
"""

import sys
import textwrap
from pathlib import Path
from xml.etree import ElementTree

LAYERS = ("unit", "integration", "e2e", "other")


def node_id(case: ElementTree.Element) -> str:
    """What pytest takes to run this test again: tests/unit/test_cart.py::TestCart::test_total."""
    classname, name = case.get("classname", ""), case.get("name", "")
    names = [name] if classname else []  # else it is a file that could not be imported
    file = Path(*(classname or name).split("."))
    while len(file.parts) > 1 and not file.with_suffix(".py").exists():
        names.insert(0, file.name)  # a class
        file = file.parent
    return "::".join([file.with_suffix(".py").as_posix(), *names])


def layer(case: ElementTree.Element) -> str:
    return next((part for part in node_id(case).split("/") if part in LAYERS), "other")


def problem(case: ElementTree.Element) -> str:
    """The first lines of what went wrong; empty when nothing did."""
    for found in (*case.iter("failure"), *case.iter("error")):
        text = (found.text or "").splitlines()
        lines = [line[1:] for line in text if line.startswith("E ")]
        return textwrap.dedent("\n".join(lines[:8])) or found.get("message", "")
    return ""


def summary(cases: list[ElementTree.Element]) -> str:
    """A row for each layer, then what went wrong and in which tests."""
    if not cases:
        return "No test ran."
    lines = ["| layer | tests | failed | skipped | seconds |", "|---|---:|---:|---:|---:|"]
    for name in LAYERS:
        if mine := [case for case in cases if layer(case) == name]:
            failed = sum(bool(problem(case)) for case in mine)
            skipped = sum(case.find("skipped") is not None for case in mine)
            seconds = sum(float(case.get("time", 0)) for case in mine)
            lines.append(f"| {name} | {len(mine)} | {failed} | {skipped} | {seconds:.1f} |")
    problems: dict[str, list[str]] = {}  # a server that is down fails many tests alike
    for case in filter(problem, cases):
        problems.setdefault(problem(case), []).append(f"**`{node_id(case)}`**")
    for text, tests in problems.items():
        lines += ["", "<br>".join(tests), "", textwrap.indent(text, "    ")]
    return "\n".join(lines)


if __name__ == "__main__":
    reports = [ElementTree.parse(path) for path in sys.argv[1:] if Path(path).exists()]
    print(summary([case for report in reports for case in report.iter("testcase")]))
