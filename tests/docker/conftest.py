"""The Docker engine that the tests of this folder share."""

import tempfile
from pathlib import Path

import filelock
import pytest

from tests.docker import lab


@pytest.fixture(scope="session")
def docker() -> tuple[str, ...]:
    """What a command is prefixed with to run beside the engine; a skip where there is none."""
    before, problem = lab.engine()
    if problem:
        pytest.skip(problem)
    return tuple(before)


@pytest.fixture(autouse=True)
def taking_turns(docker):
    """Tests share the ports of one engine."""
    with filelock.FileLock(Path(tempfile.gettempdir()) / "copier-integration-tests-ports.lock"):
        yield
