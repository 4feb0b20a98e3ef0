"""Rendered projects that are installed, and their suites run as a person runs them."""

import contextlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from . import applications, pythons, servers
from .profiles import Answers
from .rendering import ROOT, render

RESULTS = ROOT / "build" / "live"
SUITE_SECONDS = 600  # some take half a minute; on a machine with ten other things to do, minutes
DATABASES = ("postgresql", "mysql", "mariadb", "mongodb")


@dataclass
class Project:
    """A rendered project with an environment of its own."""

    folder: Path
    answers: Answers
    used: list[servers.Server] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)

    @property
    def python(self) -> Path:
        return self.folder / ".venv" / "bin" / "python"

    def command(self, *options: str) -> list[str]:
        return [str(self.python), "-m", "pytest", "-p", "no:cacheprovider", *options]

    def pytest(self, *options: str, prefix: tuple[str, ...] = (), **env: str) -> "Result":
        """Run the suite; its result, also when tests fail."""
        report = self.folder / "report.xml"
        report.unlink(missing_ok=True)
        process = subprocess.Popen(
            [*prefix, *self.command(f"--junitxml={report}", *options)],
            cwd=self.folder,
            env=self.environment(**env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=SUITE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGINT)  # pytest tells where it is
            output, _ = process.communicate(timeout=60)
            output += f"\nThe suite took longer than {SUITE_SECONDS} seconds."
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        return Result.read(process.returncode, output, report)

    @contextlib.contextmanager
    def added(self, name: str, text: str) -> Iterator[None]:
        """Have one more file for as long as this lasts."""
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        try:
            yield
        finally:
            file.unlink()

    def environment(self, **extra: str) -> dict[str, str]:
        return {**clean_environment(), **self.env, **extra}


@dataclass(frozen=True)
class Result:
    """What a run of a suite came to."""

    status: int
    output: str
    tests: int = 0
    skipped: int = 0
    seconds: float = 0.0

    @classmethod
    def read(cls, status: int, output: str, report: Path) -> "Result":
        if not report.exists():
            return cls(status, output)
        suite = ElementTree.parse(report).getroot().find("testsuite")
        counts = (int(suite.get("tests", 0)), int(suite.get("skipped", 0)))
        return cls(status, output, *counts, float(suite.get("time", 0)))

    def assert_green(self) -> "Result":
        assert self.status == 0, self.output
        assert self.tests, self.output
        return self


def clean_environment() -> dict[str, str]:
    """This environment without what would tell a rendered suite where it is run."""
    ours = re.compile(r"^(CI|REQUIRE_ALL|GITHUB_.*|TEST_.*|PYTEST_.*|VIRTUAL_ENV|PYTHONPATH|.*_URL)$")
    env = {name: value for name, value in os.environ.items() if not ours.match(name)}
    return {**env, "UV_PYTHON_DOWNLOADS": "never", "DOCKER_HOST": "unix:///no-docker-here.sock"}


def make(folder: Path, answers: Answers, python: Path = Path(sys.executable)) -> Project:
    """Render a project into `folder` and install it for `python`; for scope=tests onto existing code."""
    env = clean_environment()
    if answers["scope"] == "tests":
        answers = {**answers, **applications.write(folder, answers)}
    render(folder, project_name="shop-floor", package_name="shop_floor", **answers)
    if answers["scope"] == "service":
        _uv(folder, env, "sync", "--python", str(python))
    else:
        _uv(folder, env, "venv", "--python", str(python))
        requirements = next(folder.glob("**/requirements*.txt"))
        needs = applications.requirements(answers)
        _uv(folder, env, "pip", "install", "-p", ".venv", "-r", str(requirements), *needs)
    return Project(folder, answers)


def install(project: Project, *options: str) -> None:
    """Install more of what a service's pyproject.toml names, e.g. `--group embedded`."""
    _uv(project.folder, clean_environment(), "sync", "--python", str(project.python), *options)


def _uv(folder: Path, env: dict[str, str], *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "uv", *words, "--quiet"],
        cwd=folder,
        env=env,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, f"uv {' '.join(words)}\n{done.stdout}"


def connect(project: Project, server) -> Project:
    """Tell the project's tests where its servers are; `server` starts or skips."""
    answers = project.answers
    names = [answers["database"]] if answers["database"] in DATABASES else []
    names += [answers.get("redis_server", "redis") if broker == "redis" else broker for broker in answers["brokers"]]
    for name in names:
        found = server(name)
        project.used.append(found)
        if name in DATABASES:
            module = servers.module(name)
            url = module.create_database(found, f"shop_{secrets.token_hex(4)}_test")
            project.env["TEST_DATABASE_URL"] = url
        else:
            variable = "redis" if name == "valkey" else name
            project.env[f"TEST_{variable.upper()}_URL"] = found.url
        if "management_port" in found.extra:
            project.env["TEST_RABBITMQ_MANAGEMENT_PORT"] = found.extra["management_port"]
    return project


def record(name: str, project: Project, how: str, *results: Result, images: str = "") -> None:
    """Keep what a run has proven, for the table in README.md; `images` says where an engine has them from."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    rows = {
        "profile": name,
        "images": images,
        "answers": project.answers,
        "how": how,
        "python": pythons.version(project.python),
        "tests": results[0].tests,
        "skipped": results[0].skipped,
        "seconds": round(results[0].seconds, 1),
        "servers": [
            {"name": one.name, "product": one.product, "version": one.version, "kind": one.kind} for one in project.used
        ],
    }
    path = RESULTS / f"{how}-{name}.json"
    path.write_text(json.dumps(rows, indent=1, sort_keys=True), encoding="utf-8")
