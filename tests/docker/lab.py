"""A Docker engine: the machine's own, or docker-lab's (../shared/docker-lab, or $DOCKER_LAB)."""

import functools
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.harness.rendering import ROOT, render

LAB = Path(os.environ.get("DOCKER_LAB", ROOT.parent / "shared/docker-lab")) / "docker-lab"
PYTHONS = ("3.11", "3.14")  # python_min's default and python_newest


@functools.cache
def engine() -> tuple[list[str], str]:
    """What to put before a command so that it reaches an engine, or why there is none."""
    candidates = [[str(LAB), "run"]] if LAB.exists() else []
    if shutil.which("docker"):
        candidates.insert(0, [])
    for before in candidates:
        try:
            command = [*before, "docker", "compose", "ls"]
            subprocess.run(command, check=True, capture_output=True, timeout=60)
            return before, ""
        except (OSError, subprocess.SubprocessError):
            continue
    return [], f"no Docker engine answers, and {LAB} is not up"


def docker(*command: str, cwd: Path, check: bool = True) -> str:
    """The output of a docker command; skips where there is no engine."""
    before, problem = engine()
    if problem:
        pytest.skip(problem)
    run = subprocess.run([*before, "docker", *command], cwd=cwd, capture_output=True, text=True, timeout=300)
    assert not check or run.returncode == 0, run.stdout + run.stderr
    return run.stdout


class Repository:
    """A rendered project in a git repository, as act wants it."""

    def __init__(self, folder: Path, **answers):
        before, problem = engine()
        if problem or not before:
            pytest.skip(problem or f"workflows are run by docker-lab, and {LAB} is not there")
        self.folder = render(folder / "shop", project_name="shop", **answers)
        self.run("git", "init", "-q", "-b", "main")
        self.run("git", "remote", "add", "origin", "https://github.com/someone/shop")
        self.run("uv", "lock", "-q")
        self.run(LAB, "warm", *PYTHONS)
        self.commit("Render")

    def run(self, *command) -> None:
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def commit(self, message: str) -> None:
        identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
        self.run("git", "add", "--all")
        self.run("git", *identity, "commit", "-q", "--allow-empty", "-m", message)

    def change(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text(encoding="utf-8")
        assert old in text
        (self.folder / path).write_text(text.replace(old, new), encoding="utf-8")

    def act(self, *arguments: str) -> "Run":
        done = subprocess.run([LAB, "act", *arguments], cwd=self.folder, capture_output=True, text=True, timeout=900)
        return Run(done.returncode, done.stdout + done.stderr)


class Run:
    """What a run of the workflow printed."""

    def __init__(self, status: int, output: str):
        self.status = status
        self.output = output

    def jobs(self) -> dict[str, str]:
        """`succeeded` or `failed` by the name of the job, without its matrix."""
        results: dict[str, str] = {}
        for line in self.output.splitlines():
            if "🏁  Job " in line:
                job = line.split("]")[0].removeprefix("[integration tests/").split(" (")[0].strip()
                result = line.rsplit(" ", 1)[1]
                results[job] = "failed" if "failed" in (result, results.get(job)) else result
        return results
