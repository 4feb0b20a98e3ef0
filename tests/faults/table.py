"""Write what the last fault injections have shown into README.md: python -m tests.faults.table"""

import json
from collections import defaultdict

from tests.faults.run import LAYERS, RESULTS, Outcome
from tests.harness.readme import write


def table() -> str:
    """The results as Markdown: the share of each layer, and each fault with the test that noticed it.

    Raises:
        FileNotFoundError: there are none.
    """
    paths = sorted(RESULTS.glob("*.json"))
    if not paths:
        raise FileNotFoundError(f"no results in {RESULTS}: run `NIGHTLY=1 uv run pytest tests/faults` first")
    faults = defaultdict(dict)
    for path in paths:
        for row in json.loads(path.read_text(encoding="utf-8")):
            faults[row["fault"]][path.stem] = row
    projects = [path.stem.removesuffix("-service") for path in paths]
    return f"{_shares(faults, projects)}\n\n{_rows(faults)}"


def _shares(faults: dict, profiles: list[str]) -> str:
    layers = [_lowest(rows)["layer"] for rows in faults.values()]
    above = sum(layer != "unit" for layer in layers)
    tried = sum(map(len, faults.values()))
    missed = [
        f"{fault} ({profile})" for fault, rows in faults.items() for profile in rows if not _caught(rows[profile])
    ]
    lines = [
        f"{len(faults)} faults, put into rendered projects one at a time ({tried} runs on {', '.join(profiles)}): "
        f"{tried - len(missed)} of {tried} were noticed in the layer that should notice them, or below. "
        f"**{100 * above // len(faults)} % are noticed by integration and e2e tests alone**, "
        "while all unit tests stay green.",
        *([f"Not noticed: {'; '.join(missed)}."] if missed else []),
        "",
        "| lowest layer that notices | faults |",
        "|---|---:|",
        *(f"| {layer} | {layers.count(layer)} |" for layer in LAYERS),
    ]
    return "\n".join(lines)


def _lowest(rows: dict) -> dict:
    """The row of the project whose cheapest tests have noticed a fault."""
    return min(rows.values(), key=lambda row: (*LAYERS, None).index(row["layer"]))


def _caught(row: dict) -> bool:
    return Outcome(**row).caught


def _rows(faults: dict) -> str:
    lines = ["<details><summary>Each fault, and the test that notices it</summary>", ""]
    lines += ["| fault | layer | test | projects |", "|---|---|---|---:|"]
    for fault, rows in faults.items():
        lowest = _lowest(rows)
        lines.append(f"| {fault} | {lowest['layer']} | `{lowest['test']}` | {len(rows)} |")
    return "\n".join([*lines, "", "</details>"])


if __name__ == "__main__":
    write("faults", table())
