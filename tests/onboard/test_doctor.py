"""The doctor names what is wrong and the command that mends it."""

import os
import re
import shutil
import socket
import subprocess
import threading
from urllib.parse import urlsplit

import pytest
import yaml

from .applications import APPLICATIONS
from .conftest import git, hook, load, onboard

doctor = load("doctor")
SIBLINGS = {"mysql": ["mariadb"], "mariadb": ["mysql"]}  # they speak the same protocol

COMPOSE = "docker-compose.test.yml"
WORKFLOW = ".github/workflows/integration-tests.yml"


@pytest.fixture(scope="session")
def template_project(tmp_path_factory):
    """The PostgreSQL application with its rendered tests and its test dependencies, committed."""
    from .applications import FOLDER

    folder = tmp_path_factory.mktemp("doctor") / "fastapi_async_alembic"
    shutil.copytree(FOLDER / folder.name, folder)
    git(folder, "init", "--quiet")
    assert onboard(folder, "--yes", "--answer", "brokers=redis").returncode == 0
    with (folder / "tests/conftest.py").open("a") as file:
        file.write("\nfrom support import pytest_plugins as pytest_plugins\n")
    lines = (folder / "tests/requirements.txt").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    text = (folder / "pyproject.toml").read_text()
    text = text.replace("[dependency-groups]\n", f"[dependency-groups]\ntest = {wanted!r}\n")
    (folder / "pyproject.toml").write_text(text)
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", "with tests")
    return folder


@pytest.fixture
def project(template_project, tmp_path):
    return shutil.copytree(template_project, tmp_path / template_project.name)


def examine(project, *arguments):
    return hook("doctor.py", project, "--offline", "--no-servers", *arguments)


def test_all_is_well(project):
    result = examine(project)

    assert (result.returncode, result.stdout) == (0, "All is well.\n")


def test_the_same_against_the_template(project):
    result = hook("doctor.py", project, "--no-servers")

    assert (result.returncode, result.stdout) == (0, "All is well.\n")


def test_conflict_markers_are_wrong(project):
    path = project / "tests/support/layers.py"
    path.write_text("<<<<<<< before updating\na\n=======\nb\n>>>>>>> after updating\n")

    result = examine(project)

    assert result.returncode == 1
    assert "WRONG  tests/support/layers.py has conflicts" in result.stdout
    assert "git add tests/support/layers.py" in result.stdout


def test_rejected_changes_are_wrong(project):
    (project / "tests/support/layers.py.rej").write_text("@@ -1 +1 @@\n")

    assert "rm tests/support/layers.py.rej" in examine(project).stdout


def test_a_missing_test_dependency_is_wrong(project):
    path = project / "pyproject.toml"
    path.write_text(path.read_text().replace("pytest-xdist", "something-else"))

    result = examine(project)

    assert result.returncode == 1
    assert "pyproject.toml does not ask for pytest-xdist" in result.stdout
    assert "-> uv add --group test -r tests/requirements.txt" in result.stdout


def test_a_conftest_without_the_fixtures_is_wrong(project):
    (project / "tests/conftest.py").write_text("")

    result = examine(project)

    assert result.returncode == 1
    assert "from support import pytest_plugins as pytest_plugins" in result.stdout


def test_a_workflow_with_another_image_is_wrong(project):
    image = yaml.safe_load((project / COMPOSE).read_text())["services"]["postgresql"]["image"]
    path = project / WORKFLOW
    text, number = re.subn(r"image: .*postgres.*", "image: postgres:12", path.read_text())
    path.write_text(text)
    assert number

    result = examine(project)

    assert result.returncode == 1
    assert f"runs postgres:12, {COMPOSE} runs {image}" in result.stdout


def test_a_server_that_was_answered_but_is_not_started_is_wrong(project):
    answers = project / ".copier-answers.yml"
    answers.write_text(answers.read_text().replace("- redis\n", "- redis\n- rabbitmq\n"))

    result = examine(project)

    assert result.returncode == 1
    assert f"{COMPOSE} does not start rabbitmq" in result.stdout
    assert "copier update --vcs-ref=:current:" in result.stdout


def test_an_edit_of_a_template_file_is_a_hint(project):
    with (project / "tests/support/layers.py").open("a") as file:
        file.write("# edited\n")

    result = hook("doctor.py", project, "--no-servers")

    assert result.returncode == 0
    assert "hint   tests/support/layers.py belongs to the template and was edited" in result.stdout
    assert hook("doctor.py", project, "--no-servers", "--strict").returncode == 1


def test_an_old_image_is_a_hint(project):
    for path in (project / COMPOSE, project / WORKFLOW):
        path.write_text(path.read_text().replace("postgres:18", "postgres:15"))

    assert "postgresql runs postgres:15" in hook("doctor.py", project, "--no-servers").stdout


def test_a_port_that_something_else_uses_is_wrong(project):
    with listener(b"SSH-2.0-OpenSSH\r\n") as port:
        use_port(project, "postgresql", port)
        result = hook("doctor.py", project, "--offline")

    assert result.returncode == 1
    assert f"port {port} is taken by something that is not postgresql" in result.stdout
    assert "export TEST_POSTGRESQL_PORT=" in result.stdout


@pytest.mark.parametrize("name", sorted(doctor.GREETINGS))
def test_a_server_is_known_by_its_answer(name, server):
    port = urlsplit(address if "//" in (address := server(name).url) else f"//{address}").port

    assert doctor.knock(name, port) == "right"
    assert [each for each in doctor.GREETINGS if each != name and doctor.knock(each, port) == "right"] == SIBLINGS.get(
        name, []
    )


def test_nothing_listens():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    assert doctor.knock("redis", port) == "silent"


def test_a_server_that_answers_is_well(project, server):
    use_port(project, "redis", urlsplit(server("redis").url).port)

    assert "redis" not in hook("doctor.py", project, "--offline").stdout


def test_an_address_of_their_own_counts_instead_of_the_port(project, monkeypatch):
    with listener(b"SSH-2.0-OpenSSH\r\n") as port:
        use_port(project, "postgresql", port)
        use_port(project, "redis", port)
        monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://elsewhere/app_test")
        monkeypatch.setenv("TEST_REDIS_URL", "redis://elsewhere")

        assert hook("doctor.py", project, "--offline").stdout == "All is well.\n"


@pytest.mark.parametrize(
    ("status", "expected"),
    [(0, "testcontainers would start what a test asks for"), (1, "no Docker engine answers")],
)
def test_servers_that_do_not_run_are_a_hint_that_knows_docker(project, monkeypatch, tmp_path, status, expected):
    program = tmp_path / "bin/docker"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nexit {status}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    use_port(project, "postgresql", port)
    use_port(project, "redis", port)

    result = hook("doctor.py", project, "--offline")

    assert result.returncode == 0
    assert f"not running: postgresql ({port}), redis ({port})" in result.stdout
    assert expected in result.stdout


def test_unmerged_files_are_wrong(project):
    path = project / "tests/support/layers.py"
    git(project, "branch", "other")
    path.write_text("# one\n")
    git(project, "commit", "--quiet", "--all", "--message", "one")
    git(project, "switch", "--quiet", "other")
    path.write_text("# two\n")
    git(project, "commit", "--quiet", "--all", "--message", "two")
    with pytest.raises(subprocess.CalledProcessError):
        git(project, "merge", "-")
    path.write_text("# mended, but not said so\n")

    result = examine(project)

    assert result.returncode == 1
    assert "WRONG  tests/support/layers.py has conflicts of an update" in result.stdout


def test_a_template_file_that_is_gone_is_a_hint(project):
    (project / "tests/support/waiting.py").unlink()

    result = hook("doctor.py", project, "--no-servers")

    assert result.returncode == 0
    assert "tests/support/waiting.py was deleted; updates leave it so" in result.stdout


def test_a_workflow_that_is_no_yaml_is_wrong(project):
    (project / WORKFLOW).write_text("jobs: [\n")

    assert "is no workflow that GitHub can read" in examine(project).stdout


def test_a_folder_without_the_template_is_a_sentence(tmp_path):
    result = hook("doctor.py", tmp_path)

    assert result.returncode == 2
    assert "no answers of this template" in result.stderr


@pytest.mark.parametrize("application", APPLICATIONS, ids=str)
def test_after_onboarding_only_the_named_steps_are_left(application, tmp_path):
    from .applications import FOLDER

    shutil.copytree(FOLDER / str(application), tmp_path / str(application))
    folder = tmp_path / application.folder
    assert onboard(folder, "--yes").returncode == 0

    wrong = [line for line in examine(folder).stdout.splitlines() if line.startswith("WRONG")]

    expected = ("pyproject.toml does not ask for", "tests/conftest.py does not load")
    assert [line for line in wrong if not any(text in line for text in expected)] == []


def use_port(project, service, port):
    """Publish a service of the compose file at another port."""
    path = project / COMPOSE
    text = path.read_text()
    old = yaml.safe_load(text)["services"][service]["ports"][0]
    inside = str(old).rsplit(":", 1)[1]
    path.write_text(text.replace(str(old), f"127.0.0.1:{port}:{inside}"))


class listener:
    """A server that says one thing to whoever comes."""

    def __init__(self, text: bytes):
        self.text = text

    def __enter__(self) -> int:
        self.socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.serve, daemon=True).start()
        return self.socket.getsockname()[1]

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                connection.sendall(self.text)

    def __exit__(self, *exception):
        self.socket.close()
