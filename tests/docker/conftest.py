"""A Docker engine: the machine's own, or docker-lab's beside this repository."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.harness.rendering import ROOT

# Running the whole workflow several times takes longer than a submission should wait.
collect_ignore = [] if os.environ.get("NIGHTLY") == "1" else ["test_workflow.py"]


@pytest.fixture(scope="session")
def docker() -> tuple[str, ...]:
    """What a command is prefixed with to run beside the engine; a skip where there is none."""
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0:
        return ()
    lab = Path(os.environ.get("DOCKER_LAB", ROOT / "../shared/docker-lab")).resolve() / "docker-lab"
    if not lab.exists():
        pytest.skip("no Docker engine answers, and there is no docker-lab (DOCKER_LAB names its folder)")
    up = subprocess.run([lab, "up"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if up.returncode not in (0, 1):  # 1: some images could not be made
        pytest.skip(f"docker-lab cannot start: {up.stderr[-300:]}")
    return str(lab), "run"
