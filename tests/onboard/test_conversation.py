"""The conversation: accept, correct, leave; and the dependencies that it offers to add."""

import os
import shutil
import subprocess
import sys
import tomllib

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from .applications import APPLICATIONS
from .conftest import git, hook, load, onboard

DOWN, ENTER, SPACE, CLEAR, CANCEL = "\x1b[B", "\r", " ", "\x15", "\x03"
ACCEPT, CORRECT, LEAVE = ENTER, DOWN + ENTER, DOWN + DOWN + ENTER
ONE = pytest.mark.parametrize("application", [a for a in APPLICATIONS if str(a) == "fastapi_async_alembic"], ids=str)


@pytest.fixture
def talk(project):
    """Onboard the project, with what a person types."""

    def talk(*keys):
        with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
            pipe.send_text("".join(keys))
            return onboard(project)

    return talk


def question(project, name: str) -> int:
    """How often to press the down key to come to a finding."""
    return list(load("onboard").detect(project)).index(name)


@ONE
def test_accepted(talk, project):
    result = talk(ACCEPT, "n")

    assert result.returncode == 0, result.stderr
    assert "app_path: app.main:app\n" in (project / ".copier-answers.yml").read_text()
    assert git(project, "diff", "--stat") == ""


@ONE
def test_one_answer_is_corrected(talk, project):
    to_it = DOWN * question(project, "app_path") + SPACE + ENTER

    result = talk(CORRECT, to_it, CLEAR, "app.other:make_app", ENTER, ACCEPT, "n")

    assert result.returncode == 0, result.stderr
    assert "app_path: app.other:make_app\n" in (project / ".copier-answers.yml").read_text()
    assert "your answer" in result.stdout


@ONE
def test_another_choice_is_corrected_and_what_follows_is_looked_for_again(talk, project):
    to_it = DOWN * question(project, "database") + SPACE + ENTER

    result = talk(CORRECT, to_it, "\x1b[A", ENTER, ACCEPT, "n")  # the choice above PostgreSQL

    assert result.returncode == 0, result.stderr
    answers = (project / ".copier-answers.yml").read_text()
    assert "database: sqlite\n" in answers
    assert "postgresql_driver" not in answers


@ONE
def test_variables_are_corrected(talk, project):
    to_it = DOWN * question(project, "variables") + SPACE + ENTER

    talk(CORRECT, to_it, CLEAR, "SECRET=a TITLE='two words'", ENTER, ACCEPT, "n")

    application = (project / "tests/support/application.py").read_text()
    assert '"SECRET": "a",\n        "TITLE": "two words",\n' in application


@ONE
@pytest.mark.parametrize("keys", [LEAVE, CANCEL, CORRECT + CANCEL + LEAVE], ids=["leave", "Ctrl-C", "Ctrl-C inside"])
def test_whoever_leaves_leaves_nothing_behind(talk, project, keys):
    result = talk(keys)

    assert result.returncode == 1
    assert result.stdout.endswith("Nothing was changed.\n")
    assert git(project, "status", "--porcelain", "--ignored") == ""


@ONE
@pytest.mark.parametrize(("answer", "kept"), [("n", True), (ENTER, True), (CANCEL, True), ("y", False)], ids=repr)
def test_a_file_in_the_way_is_asked_for(talk, project, answer, kept):
    (project / "docker-compose.test.yml").write_text("services: {}\n")

    talk(ACCEPT, answer, "n")

    assert ((project / "docker-compose.test.yml").read_text() == "services: {}\n") == kept


# ------------------------------------------------------------------ dependencies


@ONE
def test_uv_adds_them(talk, project, monkeypatch):
    shutil.which("uv") or pytest.skip("uv is not installed")
    monkeypatch.setenv("UV_NO_SYNC", "1")
    before = (project / "pyproject.toml").read_text()

    result = talk(ACCEPT, "y")

    text = (project / "pyproject.toml").read_text()
    assert result.returncode == 0
    assert {line for line in before.splitlines() if line} <= set(text.splitlines()), "a line of theirs is lost"
    group = tomllib.loads(text)["dependency-groups"]["test"]
    assert [name for name in group if name.startswith("pytest-xdist")]
    assert "uv add" not in result.stdout
    assert "pyproject.toml does not ask for" not in hook("doctor.py", project, "--offline", "--no-servers").stdout


@pytest.mark.parametrize("application", [a for a in APPLICATIONS if str(a) == "core_library"], ids=str)
def test_pip_installs_them_into_the_environment_of_the_project(project):
    uv = shutil.which("uv") or pytest.skip("uv is not installed")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, project / ".venv"], check=True)

    result = onboard(project, "--yes", "--add-dependencies")

    assert result.returncode == 0
    assert list(project.glob(".venv/lib/*/site-packages/xdist"))


@pytest.mark.parametrize(
    ("manager", "expected"),
    [
        ("poetry", "poetry add --group test asyncpg>=0.30 filelock>=3.16 "),
        ("pdm", "pdm add -dG test asyncpg>=0.30 filelock>=3.16 "),
        ("uv", "uv add --group test -r tests/requirements.txt"),
        ("pip", "pip install -r tests/requirements.txt"),
    ],
)
@ONE
def test_the_command_is_that_of_the_manager(project, manager, expected, monkeypatch, tmp_path):
    """A program of this name writes down what it is called with."""
    called = tmp_path / "called"
    program = tmp_path / "bin" / manager
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "{manager} $*" > {called}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")

    onboard(project, "--yes", "--add-dependencies", "--answer", f"package_manager={manager}")

    assert called.read_text().startswith(expected)
    assert "#" not in called.read_text()


@ONE
def test_a_manager_that_is_missing_is_a_sentence(project, monkeypatch):
    monkeypatch.setenv("PATH", os.path.dirname(shutil.which("git")))

    result = onboard(project, "--yes", "--add-dependencies", "--answer", "package_manager=pdm")

    assert "pdm could not be run" in result.stderr
    assert "pdm add -dG test $(grep" in result.stdout
