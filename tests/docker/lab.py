"""A Docker engine: the machine's own, or docker-lab's (../shared/docker-lab, or $DOCKER_LAB)."""

import contextlib
import functools
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.rendering import ROOT, render

LAB = Path(os.environ.get("DOCKER_LAB", ROOT.parent / "shared/docker-lab")) / "docker-lab"
PYTHONS = ("3.11", "3.14")  # python_min's default and python_newest
LOGS = ROOT / "build" / "workflows"
ACT_SECONDS = 800
COMPOSE_FILE = "docker-compose.test.yml"
FREE_PORTS = """
import random, socket, sys
sockets = []
for port in random.sample(range(20_000, 32_000), 1000):  # below those that the system gives to connections
    if len(sockets) < int(sys.argv[1]):
        try:
            sockets.append(socket.create_server(("127.0.0.1", port)))
            print(port)
        except OSError:
            pass
"""


@functools.cache
def engine() -> tuple[list[str], str]:
    """What to put before a command so that it reaches an engine, or why there is none."""
    if shutil.which("docker") and _answers([]):
        return [], ""
    if not LAB.exists():
        return [], f"no Docker engine answers, and there is no {LAB} ($DOCKER_LAB names its folder)"
    up = subprocess.run([LAB, "up"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    before = [str(LAB), "run"]  # "up" fails when one image could not be made; the others are there
    return (before, "") if _answers(before) else ([], f"docker-lab cannot start: {up.stderr[-300:]}")


def _answers(before: list[str]) -> bool:
    try:
        subprocess.run([*before, "docker", "compose", "ls"], check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def images() -> str:
    """What the containers are made of."""
    stand_ins = "stand-ins under the upstream tags (Kafka, MongoDB: compatible; the others real)"
    return stand_ins if engine()[0] else "upstream images"


def docker(*command: str, cwd: Path = ROOT, check: bool = True, **variables: str) -> str:
    """The output of a docker command."""
    run = subprocess.run(
        [*engine()[0], "docker", *command],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert not check or run.returncode == 0, f"docker {' '.join(command)}\n{run.stdout}{run.stderr}"
    return run.stdout


def remove_what_act_left() -> None:
    """Remove the containers of a workflow, as GitHub throws its machine away; also those of a run that was killed."""
    left = [
        found
        for mark in ("name=^act-", "label=com.docker.compose.project=shop-test")
        for found in docker("ps", "--all", "--quiet", "--filter", mark).split()
    ]
    if left:
        docker("rm", "--force", "--volumes", *left, check=False)


@contextlib.contextmanager
def compose(folder: Path) -> Iterator[dict[str, str]]:
    """The servers of a project's compose file, on free ports: what tells its tests, run beside the engine.

    Nothing of them is left when it ends; that is asserted.
    """
    text = (folder / COMPOSE_FILE).read_text(encoding="utf-8")
    names = re.findall(r"TEST_\w+_PORT", text)
    variables = {"COMPOSE_PROJECT_NAME": f"{folder.name}-{secrets.token_hex(4)}"}
    variables |= dict(zip(names, free_ports(len(names)), strict=True))
    command = ("compose", "-f", COMPOSE_FILE)
    began = time.monotonic()
    try:
        docker(*command, "up", "-d", "--wait", "--wait-timeout", "180", cwd=folder, **variables)
        print(f"docker compose up: {time.monotonic() - began:.1f} s")
        yield variables
    except BaseException:
        print(docker(*command, "logs", "--no-color", "--tail", "30", cwd=folder, check=False, **variables))
        raise
    finally:
        began = time.monotonic()
        docker(*command, "down", "-v", cwd=folder, **variables)
        print(f"docker compose down: {time.monotonic() - began:.1f} s")
    label = f"label=com.docker.compose.project={variables['COMPOSE_PROJECT_NAME']}"
    for kind in (("ps", "--all"), ("volume", "ls"), ("network", "ls")):
        assert docker(*kind, "--quiet", "--filter", label) == "", f"down -v has left some of docker {kind[0]}"


def free_ports(number: int) -> list[str]:
    """Ports beside the engine that are free, and that no connection there takes by chance."""
    return subprocess.check_output([*engine()[0], sys.executable, "-c", FREE_PORTS, str(number)], text=True).split()


def fit_stand_ins(folder: Path) -> None:
    """docker-lab's mongosh knows no JavaScript, and its server is a primary from the start."""
    path = folder / COMPOSE_FILE
    if engine()[0] and path.exists():
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub("test: mongosh .*", "test: mongosh --quiet --eval 'db.hello()'", text), encoding="utf-8")


def remove_example(folder: Path) -> None:
    """Leave what every project has; half of the tests, and the quicker half."""
    for path in (*folder.glob("src/*/shop"), *folder.glob("tests/*/shop")):
        shutil.rmtree(path)
    (folder / "tests/factories.py").unlink()


class Repository:
    """A rendered project in a git repository, as act wants it.

    Args:
        folder: where to put it; the name is that of its log.
        example: keep the example feature. Without it the workflow runs the same jobs, and faster.
        answers: to copier.yml's questions.
    """

    def __init__(self, folder: Path, *, example: bool, **answers):
        before, problem = engine()
        if problem or not before:
            pytest.skip(problem or f"workflows are run by docker-lab, and {LAB} is not there")
        self.folder = render(folder, project_name="shop", **answers)
        self.runs = 0
        if not example:
            remove_example(self.folder)
        fit_stand_ins(self.folder)
        self.run("git", "init", "-q", "-b", "main")
        self.run("git", "remote", "add", "origin", "https://github.com/someone/shop")
        if answers.get("package_manager", "uv") == "uv":
            self.run("uv", "lock", "-q")
            self.run(str(LAB), "warm", *PYTHONS)
        self.commit("Render")

    def run(self, *command: str) -> None:
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def commit(self, message: str) -> None:
        identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
        self.run("git", "add", "--all")
        self.run("git", *identity, "commit", "-q", "--allow-empty", "-m", message)

    def act(self, *arguments: str, **variables: str) -> "Run":
        """Run a workflow; nothing else may use the ports of the compose file meanwhile."""
        self.runs += 1
        log = LOGS / f"{self.folder.name}-{self.runs}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        remove_what_act_left()
        try:
            with log.open("w", encoding="utf-8") as output:
                command = [str(LAB), "act", *arguments]
                done = subprocess.run(
                    command,
                    cwd=self.folder,
                    env={**os.environ, **variables},
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=ACT_SECONDS,
                )
        finally:
            remove_what_act_left()
        return Run(done.returncode, log)


class Run:
    """What a run of the workflow printed."""

    def __init__(self, status: int, log: Path):
        self.status = status
        self.log = log
        self.output = log.read_text(encoding="utf-8")

    @property
    def end(self) -> str:
        """What the steps printed last, and why the engine or act gave up."""
        marks = (" | ", "❌", "unhealthy", "Error")
        said = [line for line in self.output.splitlines() if any(mark in line for mark in marks)]
        return "\n".join([f"exit status {self.status}, all output in {self.log}, the end of it:", *said[-80:]])

    def artifacts(self) -> set[str]:
        """The names of the files that were uploaded."""
        found = re.search(r"^docker-lab: artifacts: (.*)$", self.output, flags=re.MULTILINE)
        return {path.name for path in Path(found[1]).rglob("*") if path.is_file()} if found else set()

    def jobs(self) -> dict[str, str]:
        """`succeeded` or `failed` by the name of the job, without its matrix."""
        results: dict[str, str] = {}
        for line in self.output.splitlines():
            if "🏁  Job " in line:
                job = line.split("]")[0].removeprefix("[integration tests/").split(" (")[0].strip()
                result = line.rsplit(" ", 1)[1]
                results[job] = "failed" if "failed" in (result, results.get(job)) else result
        return results

    def summary(self) -> str:
        """What the steps wrote into the summary of the run."""
        blocks = re.findall(r"⚙  Summary - (.*?)(?=\n\[)", self.output, flags=re.DOTALL)
        return "\n".join(blocks)
