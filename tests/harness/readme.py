"""Write the first run into README.md: the tree and pytest's output of a project rendered from the defaults.

uv run python -m tests.harness.readme
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.harness.rendering import ROOT, render

SHOWN = 2  # levels of the tree


def tree(folder: Path, level: int = 0) -> list[str]:
    """The folder's files and folders, as far as a first look goes."""
    lines = []
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_file(), path.name)):
        if path.name in (".venv", ".pytest_cache", "__pycache__", "uv.lock", "__init__.py"):
            continue
        if path.name == ".hypothesis" or (level and path.name.startswith(".")):
            continue
        lines.append("    " * level + path.name + ("/" if path.is_dir() else ""))
        if path.is_dir() and level < SHOWN and not path.name.startswith("."):
            lines += tree(path, level + 1)
    return lines


def first_run() -> str:
    """What a person sees who renders the defaults and runs the tests."""
    with tempfile.TemporaryDirectory() as scratch:
        project = render(Path(scratch) / "billing-service")
        command = ["uv", "run", "-q", "--python", sys.executable, "pytest", "-q", "-p", "no:randomly"]
        subprocess.run([*command, "--collect-only"], cwd=project, check=True, capture_output=True)
        result = subprocess.run(command, cwd=project, capture_output=True, text=True)
        if result.returncode:
            sys.exit(result.stdout)
        lines = ["```", "billing-service/", *("    " + line for line in tree(project)), "```"]
        return "\n".join([*lines, "", "```console", "$ uv run pytest -q", result.stdout.strip(), "```"])


def write(name: str, text: str) -> None:
    """Put `text` between README.md's comments <!-- name:start --> and <!-- name:end -->."""
    readme = ROOT / "README.md"
    start, end = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
    before, rest = readme.read_text(encoding="utf-8").split(start)
    after = rest.split(end)[1]
    readme.write_text(f"{before}{start}\n{text}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    write("first-run", first_run())
