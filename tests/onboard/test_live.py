"""The rendered tests of each existing application pass at the first run, and its own still do."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .applications import ADDITIONS, APPLICATIONS
from .conftest import git, onboard

VARIABLES = {
    "postgresql": "TEST_DATABASE_URL",
    "redis": "TEST_REDIS_URL",
    "rabbitmq": "TEST_RABBITMQ_URL",
}


@pytest.mark.parametrize("application", APPLICATIONS, ids=str)
def test_rendered_tests_and_their_own_pass(application, project, server):
    """One test, as each step is needed by the next: onboard, install, run."""
    corrections = [f"--answer={name}={value}" for name, value in application.correction.items()]
    result = onboard(project, "--yes", *corrections)
    assert result.returncode == 0, result.stderr
    assert git(project, "diff", "--stat") == ""

    environment = services(application, server)
    python = install(project, application.install)
    load_fixtures(project)
    set_up(application, project)

    # Their own command, which mostly finds the new tests as well: then that is one run for both.
    theirs = run(project, environment, *application.own_tests(python))
    assert theirs.returncode == 0, theirs.stdout + theirs.stderr
    if "tests/unit/test_network_guard.py" not in theirs.stdout:
        theirs = run(project, environment, python, "-m", "pytest", "tests/unit", "tests/integration", "tests/e2e")
        assert theirs.returncode == 0, theirs.stdout + theirs.stderr
    assert " skipped" not in theirs.stdout, theirs.stdout


def services(application, server) -> dict[str, str]:
    """The environment of a test run: the addresses of real servers, and nothing of the developer's."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TEST_", "PYTEST_", "DATABASE_", "REDIS_", "VIRTUAL_ENV"))
    }
    for name in [application.answers["database"], *application.answers["brokers"]]:
        if name in VARIABLES:
            found = server(name)
            environment[VARIABLES[name]] = found.url.format(database=f"{application}_test")
            if "management_port" in found.extra:
                environment["TEST_RABBITMQ_MANAGEMENT_PORT"] = found.extra["management_port"]
    return environment


def install(project: Path, requirements: tuple[str, ...]) -> Path:
    """A new environment with the application and what its tests need."""
    uv = shutil.which("uv") or pytest.skip("uv is not installed")
    folder = project / ".venv"
    subprocess.run([uv, "venv", "--quiet", folder], check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = [*requirements, "-r", "tests/requirements.txt"]
    command = [uv, "pip", "install", "--quiet", "--python", python, *wanted]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return python


def load_fixtures(project: Path) -> None:
    """Add the one line that onboarding names to a conftest.py that was there."""
    conftest = project / "tests/conftest.py"
    if "pytest_plugins" not in conftest.read_text():
        support = "tests.support" if (project / "tests/__init__.py").exists() else "support"
        line = f"from {support} import pytest_plugins as pytest_plugins  # isort: skip\n"
        conftest.write_text(line + conftest.read_text())


def set_up(application, project: Path) -> None:
    """Get what it needs besides Python packages, and add the tests that a person then writes."""
    command = [*application.setup, *application.tests][0]
    if not command.startswith("{") and not shutil.which(command):
        assert not os.environ.get("REQUIRE_ALL"), f"{command} is not installed"
        pytest.skip(f"{command} is not installed")
    if application.setup:
        result = run(project, dict(os.environ), *application.setup)
        assert result.returncode == 0, result.stdout + result.stderr
    if (ADDITIONS / str(application)).is_dir():
        shutil.copytree(ADDITIONS / str(application), project, dirs_exist_ok=True)


def run(project: Path, environment: dict[str, str], *command) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*map(str, command)],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
