"""Versions of the template in a clone: every released one, the working tree, and an invented later one."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import copier
import yaml

ROOT = Path(__file__).parents[2]
SOURCES = ["copier.yml", "template", "includes"]
WORKING_TREE = "900.0.0"
LATER = "901.0.0"  # the working tree with a change in every file

SEEDED = re.compile(
    r"src/|tests/(unit|integration|e2e)/shop/|tests/factories\.py$|tests/support/application\.py$"
    r"|docker-compose\.test\.override\.yml$|README\.md$|\.gitignore$|\.github/dependabot\.yml$"
)
USER_OWNED = re.compile(r"tests/conftest\.py$|(tests|tests/unit|tests/integration|tests/e2e)/__init__\.py$")
ANSWERS = ".copier-answers.yml"


def git(folder: Path, *arguments: str) -> str:
    identity = [
        "-c",
        "user.name=Test",
        "-c",
        "user.email=test@example.com",
        "-c",
        "commit.gpgsign=false",
    ]
    command = [
        "git",
        *identity,
        "-c",
        "core.autocrlf=false",
        "-c",
        "init.defaultBranch=main",
        *arguments,
    ]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def releases() -> dict[str, str]:
    """Commit of each released version; before the first release the last commit stands for one."""
    table = tomllib.loads((ROOT / "tests/update/releases.toml").read_text())["releases"]
    return table or {"0.0.1": git(ROOT, "rev-parse", "HEAD").strip()}


def settings(version: str) -> dict:
    """copier.yml of a version."""
    if version == WORKING_TREE:
        return yaml.safe_load((ROOT / "copier.yml").read_text("utf-8"))
    return yaml.safe_load(git(ROOT, "show", f"{releases()[version]}:copier.yml"))


def questions(version: str) -> dict[str, dict]:
    """The questions of a version, without its settings and hidden values."""
    data = settings(version)
    return {name: q for name, q in data.items() if not name.startswith("_") and q.get("when") is not False}


def values(question: dict) -> list | None:
    """Values that a question offers, or None if it is free text."""
    choices = question.get("choices")
    if choices is None:
        return None
    found = choices.values() if isinstance(choices, dict) else choices
    return [choice["value"] if isinstance(choice, dict) else choice for choice in found]


def offers(asked: dict[str, dict], answers: dict) -> bool:
    """Whether a version knows all of these questions and values."""
    for name, answer in answers.items():
        if name not in asked:
            return False
        known = values(asked[name])
        if known is not None and not set(answer if isinstance(answer, list) else [answer]) <= set(known):
            return False
    return True


def make_clone(folder: Path) -> Path:
    """A clone with a tag for each release, for the working tree and for an invented later version."""
    clone = folder / "template"
    git(ROOT, "clone", "--quiet", str(ROOT), str(clone))
    for tag in git(clone, "tag").split():
        git(clone, "tag", "--delete", tag)
    for version, revision in releases().items():
        git(clone, "tag", f"v{version}", revision)
    for name in SOURCES:
        if (clone / name).is_dir():
            shutil.rmtree(clone / name)
            shutil.copytree(ROOT / name, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, clone / name)
    commit(clone, "working tree")
    git(clone, "tag", f"v{WORKING_TREE}")
    for path in (clone / "template").rglob("*"):
        if (
            path.is_file()
            and re.search(r"\.(py|yml|toml|txt)(\.jinja)?$", path.name)
            and "answers_file" not in path.name
        ):
            first, *rest = path.read_text("utf-8").splitlines(keepends=True) or [""]
            path.write_text("".join([first, "# a later version wrote this\n", *rest, "# and this\n"]), "utf-8")
    commit(clone, "later")
    git(clone, "tag", f"v{LATER}")
    return clone


def commit(folder: Path, message: str) -> None:
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--no-verify", "--allow-empty", "--message", message)


def render(clone: Path, version: str, folder: Path, answers: dict) -> Path:
    """A fresh project in an own folder that is always called the same, as answers can depend on the name."""
    project = folder / "project"
    project.mkdir(parents=True)
    # What an answer for code that is already here names has to be here.
    if answers.get("scope") == "tests":
        (project / "requirements.txt").write_text("")
    copier.run_copy(
        str(clone),
        project,
        data=answers,
        defaults=True,
        vcs_ref=f"v{version}",
        quiet=True,
        unsafe=False,
    )
    return project


def update(project: Path, version: str, **answers) -> None:
    copier.run_update(
        project,
        data=answers,
        defaults=True,
        overwrite=True,
        vcs_ref=f"v{version}",
        quiet=True,
        unsafe=False,
    )


def contents(project: Path) -> dict[str, bytes]:
    """Files of a project by path, without git's own."""
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for folder, folders, names in os.walk(project)
        for path in (Path(folder, name) for name in names)
        if ".git" not in path.relative_to(project).parts
    }


def merged(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files that an update merges: neither seeded nor user-owned; the answers without the version."""
    kept = {path: text for path, text in files.items() if not SEEDED.match(path) and not USER_OWNED.match(path)}
    if ANSWERS in kept:
        kept[ANSWERS] = re.sub(rb"_commit: .*\n", b"", kept[ANSWERS])
    return kept
