#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["copier>=9.19,<10", "pyyaml"]
# ///
"""Examine a project after `copier copy` or `copier update`: one line for each thing, with the command that mends it.

Exit status: 0 all is well (hints may be there), 1 something is wrong, 2 this is no project of the template.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

COMPOSE = "docker-compose.test.yml"
WORKFLOW = ".github/workflows/integration-tests.yml"
USERS_OWN = re.compile(
    r"tests/conftest\.py|tests/factories\.py|tests/support/application\.py|tests/(\w+/)?__init__\.py|tests/\w+/shop/"
    r"|docker-compose\.test\.override\.yml|src/|README\.md|\.gitignore|\.github/dependabot\.yml|\.copier-answers"
)
HEADER = re.compile(r"Template-owned")

# What a client says first, and how the answer of a server of this kind begins: the ports and images are those of the
# compose file, and of a server that is not named here a doctor only sees that something listens.
GREETINGS = {
    "postgresql": (b"\x00\x00\x00\x08\x04\xd2\x16\x2f", rb"[SN]\Z|E\x00"),
    "redis": (b"PING\r\n", rb"[+-]"),
    "rabbitmq": (b"AMQP\x00\x00\x09\x01", rb"\x01"),
    "nats": (b"", rb"INFO "),
    "mqtt": (b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04test", rb"\x20"),
    "kafka": (b"\x00\x00\x00\x0a\x00\x12\x00\x00\x00\x00\x00\x07\xff\xff", rb"(?s)....\x00\x00\x00\x07"),
    "mongodb": (
        b"\x34\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00\xdd\x07\x00\x00\x00\x00\x00\x00\x00"
        b"\x1f\x00\x00\x00\x10hello\x00\x01\x00\x00\x00\x02$db\x00\x06\x00\x00\x00admin\x00\x00",
        rb"(?s).{8}\x07\x00\x00\x00",
    ),
    "mysql": (b"", rb"(?s)...\x00[\x0a\xff]"),
    "mariadb": (b"", rb"(?s)...\x00[\x0a\xff]"),
}


@dataclass(frozen=True)
class Remark:
    """Something that is wrong, or worth knowing, and what to do about it."""

    wrong: bool
    text: str
    remedy: str


def wrong(text: str, remedy: str) -> Remark:
    return Remark(True, text, remedy)


def hint(text: str, remedy: str) -> Remark:
    return Remark(False, text, remedy)


class Project:
    """A folder into which the template was copied."""

    def __init__(self, root: Path):
        self.root = root.resolve()

    def text(self, path: str) -> str:
        try:
            return (self.root / path).read_text("utf-8")
        except (OSError, ValueError):
            return ""

    def yaml(self, path: str) -> dict:
        try:
            content = yaml.safe_load(self.text(path))
        except yaml.YAMLError:
            return {}
        return content if isinstance(content, dict) else {}

    @cached_property
    def answers_file(self) -> str | None:
        for path in sorted(self.root.glob(".copier-answers*.yml"), reverse=True):
            if {"scope", "framework", "database"} <= self.yaml(path.name).keys():
                return path.name
        return None

    @cached_property
    def answers(self) -> dict:
        return self.yaml(self.answers_file or "")

    @cached_property
    def chosen(self) -> list[str]:
        """Names of the servers that the answers call for."""
        database = self.answers.get("database")
        return [database] * (database not in {"none", "sqlite"}) + list(self.answers.get("brokers") or [])

    @cached_property
    def compose(self) -> dict:
        services = self.yaml(COMPOSE).get("services")
        return services if isinstance(services, dict) else {}

    def git(self, *arguments: str) -> list[str]:
        try:
            result = subprocess.run(["git", *arguments], cwd=self.root, capture_output=True, text=True, check=False)
        except OSError:
            return []
        return result.stdout.splitlines() if result.returncode == 0 else []

    @cached_property
    def update(self) -> str:
        return "copier update" + (f" -a {self.answers_file}" if self.answers_file != ".copier-answers.yml" else "")


# ------------------------------------------------------------------------------ the examinations


def merge(project: Project) -> Iterator[Remark]:
    """Copier exits with 0 even when it leaves conflicts behind."""
    unmerged = {line.split("\t")[-1] for line in project.git("ls-files", "--unmerged", "--", ".")}
    marked = {path for path in owned_paths(project) if re.search(r"^(<{7}|>{7}) ", project.text(path), re.MULTILINE)}
    for path in sorted(unmerged | marked):
        yield wrong(
            f"{path} has conflicts of an update",
            f"edit it between the <<<<<<< and >>>>>>> marks, then: git add {path}",
        )
    for path in sorted(project.root.rglob("*.rej")):
        if not {"node_modules", ".venv", ".git"} & set(path.parts):
            name = path.relative_to(project.root).as_posix()
            yield wrong(f"{name}: a change that could not be merged", f"apply it by hand, then: rm {name}")


def owned_paths(project: Project) -> list[str]:
    """Files that may come from the template."""
    found = [
        COMPOSE,
        "docker-compose.test.override.yml",
        WORKFLOW,
        ".github/workflows/integration-tests-nightly.yml",
        ".github/workflows/update-tests.yml",
        "pyproject.toml",
        project.answers_file or "",
    ]
    found += [
        p.relative_to(project.root).as_posix()
        for p in (project.root / "tests").rglob("*")
        if p.suffix in {".py", ".txt"}
    ]
    return [path for path in dict.fromkeys(found) if path and (project.root / path).is_file()]


def edited(project: Project, fresh: Path) -> Iterator[Remark]:
    for path in fresh_files(fresh):
        if USERS_OWN.match(path) or path.startswith(".copier-answers"):
            continue
        theirs = project.root / path
        if not theirs.exists():
            yield hint(
                f"{path} was deleted; updates leave it so",
                f"to have it back: {project.update.replace('update', 'recopy')}",
            )
        elif theirs.read_bytes().replace(b"\r\n", b"\n") != (fresh / path).read_bytes().replace(b"\r\n", b"\n"):
            remedy = "move the change to tests/conftest.py, or expect to merge it at each update"
            yield hint(f"{path} belongs to the template and was edited", remedy)


def images(project: Project, newest: Path) -> Iterator[Remark]:
    current = Project(newest).compose
    for name, service in project.compose.items():
        theirs, ours = image_of(service), image_of(current.get(name))
        if ours and theirs != ours:
            yield hint(
                f"{name} runs {theirs}, the template is at {ours}",
                f"{project.update}   (or keep it, if production runs it)",
            )


def image_of(service: object) -> str:
    return str(service.get("image") or "") if isinstance(service, dict) else ""


def compose_file(project: Project) -> Iterator[Remark]:
    for name in project.chosen:
        if name not in project.compose:
            yield wrong(
                f"{COMPOSE} does not start {name}, which the answers ask for",
                f"{project.update} --vcs-ref=:current:",
            )


def workflow(project: Project) -> Iterator[Remark]:
    """The workflow has to run what the answers ask for, in the images of the compose file."""
    if not (project.root / WORKFLOW).is_file():
        yield hint(f"{WORKFLOW} is not there", f"{project.update.replace('update', 'recopy')}, or leave it so")
        return
    if folder := project.answers.get("project_folder"):
        name = f".github/workflows/integration-tests-{folder.replace('/', '-')}.yml"
        top = project.root.parents[folder.count("/")]
        if not (top / name).is_file() or (top / name).read_bytes() != (project.root / WORKFLOW).read_bytes():
            yield wrong(
                f"{name} at the top of the repository, where GitHub reads it, is not the one of {folder}",
                f"cd {top} && cp {folder}/{WORKFLOW} {name}",
            )
    jobs = project.yaml(WORKFLOW).get("jobs")
    if not isinstance(jobs, dict):
        yield wrong(
            f"{WORKFLOW} is no workflow that GitHub can read",
            "mend its YAML, or take the template's back from git",
        )
        return
    running: dict[str, str] = {}
    for job in jobs.values():
        for name, service in (job.get("services") or {}).items() if isinstance(job, dict) else []:
            running[name] = image_of(service)
    text = project.text(WORKFLOW)
    for name in project.chosen:
        if name not in running and COMPOSE not in text:
            yield wrong(
                f"{WORKFLOW} does not run {name}, which the answers ask for",
                f"{project.update} --vcs-ref=:current:",
            )
    for name, image in running.items():
        expected = image_of(project.compose.get(name))
        if expected and image and image != expected and "${{" not in image:
            yield wrong(
                f"{WORKFLOW} runs {image}, {COMPOSE} runs {expected}",
                f"write the same image for {name} in both files",
            )


def dependencies(project: Project) -> Iterator[Remark]:
    path = project.answers.get("requirements_file", "tests/requirements.txt")
    wanted = {
        re.split(r"[\[<>=~!; ]", line.strip())[0]
        for line in project.text(path).splitlines()
        if line.strip() and not line.startswith(("#", "-"))
    }
    manager = project.answers.get("package_manager", "uv")
    if not wanted or manager == "pip":
        return
    try:
        known = {
            normal(re.split(r"[\[<>=~!;( ]", text.strip())[0])
            for text in strings(tomllib.loads(project.text("pyproject.toml")))
        }
    except tomllib.TOMLDecodeError:
        yield wrong("pyproject.toml is no TOML", "mend it; most likely an update left conflict marks")
        return
    if missing := sorted(name for name in wanted if normal(name) not in known):
        packages = f"$(grep -v '^#' {path})"
        command = {
            "poetry": f"poetry add --group test {packages}",
            "pdm": f"pdm add -dG test {packages}",
        }
        remedy = command.get(manager, f"uv add --group test -r {path}")
        yield wrong(f"pyproject.toml does not ask for {', '.join(missing)}", remedy)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def strings(data: object) -> Iterator[str]:
    """Every string of a TOML file, and every key, for Poetry's tables of packages."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value)
    elif isinstance(data, str):
        yield data


def conftest(project: Project) -> Iterator[Remark]:
    plugin = next(
        (p for p in ("tests/support", "support") if (project.root / p / "__init__.py").is_file()),
        None,
    )
    if plugin is None:
        yield wrong("tests/support is gone", f"{project.update.replace('update', 'recopy')}")
        return
    name = "tests.support" if (project.root / "tests/__init__.py").exists() else "support"
    everything = (
        project.text("tests/conftest.py")
        + project.text("conftest.py")
        + project.text("pyproject.toml")
        + project.text("pytest.ini")
    )
    if not re.search(rf"""["']{re.escape(name)}["']|(-p[ =]|from |import ){re.escape(name)}\b""", everything):
        yield wrong(
            "tests/conftest.py does not load the fixtures",
            f"make this its first import: from {name} import pytest_plugins as pytest_plugins  # isort: skip",
        )


def servers(project: Project) -> Iterator[Remark]:
    """What listens at the compose ports, and whether Docker can start what does not."""
    silent = []
    for name, service in project.compose.items():
        port = host_port(service)
        if port is None or name not in project.chosen or os.environ.get(variable(project, name)):
            continue
        state = knock(name, port)
        if state == "other":
            free = f"TEST_{name.upper()}_PORT={port + 1000}"
            yield wrong(
                f"port {port} is taken by something that is not {name}",
                f"stop it, or choose another port: export {free}",
            )
        elif state == "silent":
            silent.append(f"{name} ({port})")
    if silent:
        start = f"docker compose -f {COMPOSE} up -d --wait"
        if docker_answers():
            yield hint(
                f"not running: {', '.join(silent)}; testcontainers would start what a test asks for",
                start,
            )
        else:
            yield hint(
                f"not running: {', '.join(silent)}, and no Docker engine answers",
                f"start Docker, then: {start}",
            )


def variable(project: Project, name: str) -> str:
    return "TEST_DATABASE_URL" if name == project.answers.get("database") else f"TEST_{name.upper()}_URL"


def host_port(service: object) -> int | None:
    ports = service.get("ports") if isinstance(service, dict) else None
    for port in ports or []:
        published = str(port.get("published") if isinstance(port, dict) else port)
        published = re.sub(r"\$\{(\w+):-(\d+)\}", lambda m: os.environ.get(m[1], m[2]), published)
        numbers = re.findall(r"(?:^|:)(\d+)(?=:|$)", published)
        if numbers:
            return int(numbers[0])
    return None


def knock(name: str, port: int) -> str:
    """`silent` if nothing listens, `right` if it speaks the protocol, `other` if it is something else."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            if name not in GREETINGS:
                return "right"
            hello, expected = GREETINGS[name]
            connection.sendall(hello)
            return "right" if re.match(expected, connection.recv(64)) else "other"
    except ConnectionRefusedError:
        return "silent"
    except OSError:
        return "other"


def docker_answers() -> bool:
    if not shutil.which("docker"):
        return False
    try:
        return subprocess.run(["docker", "version"], capture_output=True, timeout=10, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


# ------------------------------------------------------------------------------ against the template


def render(project: Project, folder: Path, version: str | None) -> None:
    """The project as the template would render it with the same answers."""
    import copier

    answers = {name: value for name, value in project.answers.items() if not name.startswith("_")}
    if project.answers_file != ".copier-answers.yml":
        (folder / ".copier-answers.yml").write_text(project.text(".copier-answers.yml"))
    copier.run_copy(
        project.answers["_src_path"],
        folder,
        data=answers,
        defaults=True,
        overwrite=True,
        quiet=True,
        vcs_ref=version,
    )


def fresh_files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def against_template(project: Project) -> Iterator[Remark]:
    for version, examine in ((project.answers.get("_commit"), edited), (None, images)):
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / project.root.name
            target.mkdir()
            try:
                render(project, target, version)
            except Exception as error:  # no network, or a version that is gone
                reason = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
                yield hint(
                    f"the template could not be had: {reason}",
                    "try again with a network, or say --offline",
                )
                return
            yield from examine(project, target)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "path",
        type=Path,
        nargs="?",
        default=Path(),
        metavar="PATH",
        help="the project (default: here)",
    )
    parser.add_argument("--offline", action="store_true", help="do not fetch the template to compare with it")
    parser.add_argument("--no-servers", action="store_true", help="do not look at ports and Docker, e.g. in CI")
    parser.add_argument("--strict", action="store_true", help="hints count as wrong, too")
    options = parser.parse_args(arguments)
    project = Project(options.path)
    if project.answers_file is None:
        print(
            f"{project.root} has no answers of this template: name the folder that holds .copier-answers.yml",
            file=sys.stderr,
        )
        return 2

    remarks = [
        remark for examine in (merge, compose_file, workflow, dependencies, conftest) for remark in examine(project)
    ]
    if not options.no_servers:
        remarks += servers(project)
    if not options.offline:
        remarks += against_template(project)
    for remark in sorted(remarks, key=lambda each: not each.wrong):
        print(f"{'WRONG' if remark.wrong else 'hint '}  {remark.text}\n       -> {remark.remedy}")
    if not remarks:
        print("All is well.")
    return int(any(remark.wrong or options.strict for remark in remarks))


if __name__ == "__main__":
    sys.exit(main())
