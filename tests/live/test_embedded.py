"""Without Docker and without an address: real servers from wheels, for the run alone."""

import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.harness import projects

ANSWERS = {
    "scope": "service",
    "framework": "fastapi",
    "database": "postgresql",
    "async_database": False,
    "brokers": ["redis", "nats"],
    "redis_server": "redis",
    "embedded_servers": True,
}


@pytest.fixture(scope="module")
def project():
    """In a folder that others may enter: started by root, the servers run as another user."""
    with tempfile.TemporaryDirectory(prefix="embedded-") as folder:
        Path(folder).chmod(0o755)
        project = projects.make(Path(folder) / "shop", ANSWERS)
        projects.install(project, "--group", "embedded")
        yield project


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["one process", "two processes"])
def test_servers_are_started_for_the_run_and_stopped_with_it(project, options):
    result = project.pytest(*options).assert_green()

    assert result.skipped == 0
    for name in ("postgresql", "redis", "nats"):
        assert f"\n{name} (not started) at 127.0.0.1:" in result.output
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    wheels = str(project.folder / ".venv")
    assert not [line for line in running.splitlines() if line.startswith(wheels) and "/site-packages/" in line]
