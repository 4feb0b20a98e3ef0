"""Write what the last live run has proven into README.md: python -m tests.harness.matrix"""

import json
from collections import defaultdict

from .profiles import choices
from .projects import RESULTS
from .readme import write


def matrix() -> str:
    """The results as Markdown: frameworks by databases, the servers, and each project.

    Raises:
        FileNotFoundError: there are none.
    """
    rows = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))]
    if not rows:
        raise FileNotFoundError(f"no results in {RESULTS}: run `uv run pytest tests/live` first")
    projects = _projects(rows)
    return "\n\n".join(
        [
            "Tests that passed, over all projects with that framework and database:",
            _frameworks_by_databases(rows),
            _servers(rows),
            f"<details><summary>Each of the {len(projects)} projects</summary>",
            _table(["project", "tests", "Python", "servers", "seconds"], projects),
            "</details>",
        ]
    )


def _frameworks_by_databases(rows: list[dict]) -> str:
    tests: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in rows:
        answers = row["answers"]
        tests[answers["framework"], answers["database"]][row["profile"]] = row["tests"]
    frameworks, databases = ([value for value, _ in choices(name)] for name in ("framework", "database"))
    cells = [[name, *(sum(tests[name, database].values()) or "" for database in databases)] for name in frameworks]
    return _table(["", *databases], cells)


def _servers(rows: list[dict]) -> str:
    """Each product and version that answered; a stand-in says so in its name."""
    used: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        for server in row["servers"]:
            used[server["name"], f"{server['product']} {server['version']}"].add(row["profile"])
    cells = [[name, product, len(profiles)] for (name, product), profiles in sorted(used.items())]
    return _table(["server", "what answered", "projects"], cells)


def _projects(rows: list[dict]) -> list[list[object]]:
    """A line for each project, with the seconds of each way in which it was run."""
    by_name: dict[str, list[dict]] = defaultdict(list)
    for row in rows:
        by_name[row["profile"]].append(row)
    lines = []
    for name, runs in sorted(by_name.items()):
        seconds = ", ".join(f"{run['seconds']} {run['how']}" for run in runs)
        servers = ", ".join(dict.fromkeys(server["name"] for run in runs for server in run["servers"]))
        if not servers:
            servers = "images of the compose file" if runs[0]["images"] else "none"
        lines.append([name.replace("-", " "), runs[0]["tests"], runs[0]["python"], servers, seconds])
    return lines


def _table(head: list[str], rows: list[list[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


if __name__ == "__main__":
    write("matrix", matrix())
