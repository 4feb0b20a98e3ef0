"""Write what the last live run has proven into README.md: python -m tests.harness.matrix"""

import json
import sys

from .projects import RESULTS
from .rendering import ROOT

START, END = "<!-- matrix:start -->", "<!-- matrix:end -->"
HEAD = "| profile | tests | seconds | how | Python | servers |\n|---|---|---|---|---|---|\n"


def table() -> str:
    """The results as a Markdown table.

    Raises:
        FileNotFoundError: there are none.
    """
    rows = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))]
    if not rows:
        raise FileNotFoundError(f"no results in {RESULTS}: run `uv run pytest tests/live` first")
    return HEAD + "".join(map(_line, rows))


def _line(row: dict) -> str:
    on = ", ".join(f"{one['product']} {one['version']}" for one in row["servers"])
    profile = row["profile"].replace("-", " ")
    cells = [
        profile,
        row["tests"],
        row["seconds"],
        row["how"],
        row["python"],
        on or row["images"] or "none",
    ]
    return "| " + " | ".join(map(str, cells)) + " |\n"


def main() -> None:
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(START)
    after = rest.split(END)[1]
    readme.write_text(f"{before}{START}\n{table()}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
