"""The scheduled workflow: its shell steps, in a clone of a bare repository, with a "gh" that takes notes."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from .template import LATER, WORKING_TREE, commit, git, render

WORKFLOW = ".github/workflows/update-tests.yml"
PROGRAMS = {
    # uvx --from REQUIREMENT copier ARGUMENTS
    "uvx": f'#!/bin/sh\nshift 3\nexec "{sys.executable}" -m copier "$@"\n',
    "gh": '#!/bin/sh\necho "$*" >> "$GH_CALLS"\ncase "$1 $2" in "pr list") echo "$GH_OPEN";; esac\n',
}


@dataclass
class Runner:
    """A fresh checkout, as on GitHub's machine, for each run."""

    folder: Path
    origin: Path

    def run(self, *, pull_request: str = "") -> tuple[int, str, list[str]]:
        """Exit status, what was printed, and how "gh" was called."""
        checkout, calls = self.folder / "checkout", self.folder / "calls"
        checkout.mkdir(exist_ok=True)
        calls.write_text("")
        git(self.folder, "clone", "--quiet", str(self.origin), str(checkout / str(len(os.listdir(checkout)))))
        project = max(checkout.iterdir(), key=lambda path: int(path.name))
        environment = {
            **os.environ,
            "PATH": f"{self.folder}/programs{os.pathsep}{os.environ['PATH']}",
            "GH_CALLS": str(calls),
            "GH_OPEN": pull_request,
        }
        printed = ""
        job = yaml.safe_load((project / WORKFLOW).read_text("utf-8"))["jobs"]["update"]
        for script in [step["run"] for step in job["steps"] if "run" in step and "if" not in step]:
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
                cwd=project,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            printed += done.stdout
            if done.returncode:
                break
        return done.returncode, printed, calls.read_text().splitlines()

    def branches(self) -> list[str]:
        return git(self.origin, "branch", "--format=%(refname:short)").split()

    def edit(self, path: str, text: str) -> None:
        """Push a change of the user's, after the first line of a file."""
        clone = self.folder / "user"
        git(self.folder, "clone", "--quiet", str(self.origin), str(clone))
        first, rest = (clone / path).read_text("utf-8").split("\n", 1)
        (clone / path).write_text(f"{first}\n{text}\n{rest}", "utf-8")
        commit(clone, "Edit")
        git(clone, "push", "--quiet", "origin", "main")


@pytest.fixture
def start(clone, tmp_path):
    """start(version): a repository whose tests were rendered from that version."""

    def start(version: str) -> Runner:
        project = render(clone, version, tmp_path, {"database": "postgresql", "update_workflow": True})
        commit(project, "Render")
        git(tmp_path, "clone", "--quiet", "--bare", str(project), str(tmp_path / "origin"))
        (tmp_path / "programs").mkdir()
        for name, text in PROGRAMS.items():
            (tmp_path / "programs" / name).write_text(text)
            (tmp_path / "programs" / name).chmod(0o755)
        return Runner(tmp_path, tmp_path / "origin")

    return start


def test_a_new_version_becomes_a_pull_request_and_only_one(start):
    runner = start(WORKING_TREE)
    asked = "pr list --head update-tests --json url --jq .[].url"

    status, printed, calls = runner.run()

    assert status == 0, printed
    assert calls == ["auth setup-git", asked, "pr create --head update-tests --fill"]
    assert runner.branches() == ["main", "update-tests"]
    message = git(runner.origin, "log", "-1", "--format=%s by %an", "update-tests").strip()
    assert message == f"Update the tests to v{LATER} of their template by github-actions[bot]"
    assert "# a later version wrote this" in git(runner.origin, "show", "update-tests:tests/support/layers.py")

    status, printed, calls = runner.run(pull_request="https://github.com/someone/shop/pull/7")

    assert status == 0, printed
    assert calls == ["auth setup-git", asked]


def test_without_a_new_version_nothing_happens(start):
    runner = start(LATER)

    status, printed, calls = runner.run()

    assert status == 0, printed
    assert "No new version." in printed
    assert calls == []
    assert runner.branches() == ["main"]


def test_conflicts_fail_and_are_named(start):
    runner = start(WORKING_TREE)
    runner.edit("tests/support/layers.py", "# the user wrote this")

    status, printed, calls = runner.run()

    assert status == 1, printed
    assert "::error::Conflicts in tests/support/layers.py." in printed
    assert "uvx copier update" in printed
    assert calls == []
    assert runner.branches() == ["main"]
