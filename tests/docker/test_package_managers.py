"""The rendered workflow with pip, Poetry and PDM: the job of the unit tests, which the others share their steps with.

Jobs have no network under act. The packages come from an index beside the engine.
"""

import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docker import lab

PYTHON = lab.PYTHONS[0]
PROJECT = """
[project]
name = "shop"
version = "1"
requires-python = ">=3.11"

[dependency-groups]
test = {requirements}
"""
SOURCES = {
    "pip": "",
    "poetry": """
[tool.poetry]
package-mode = false

[[tool.poetry.source]]
name = "here"
url = "{index}"
""",
    "pdm": """
[tool.pdm]
distribution = false

[[tool.pdm.source]]
name = "pypi"
url = "{index}"
verify_ssl = false
""",
}
MORE = ["setuptools", "wheel", "colorama"]  # to build the project; what pytest needs on Windows, for a lock
# The runner has no pipx; uv has the programs in its cache.
PIPX = f"""
pipx() {{ UV_TOOL_BIN_DIR=/usr/local/bin uv tool install --quiet --python {PYTHON} "$2"; }}
"""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory) -> Path:
    """A folder for each package, with the wheels of what the tests of a project without servers need."""
    folder = tmp_path_factory.mktemp("wheels")
    files = folder / "files"
    project = lab.render(folder / "shop", scope="tests", framework="none", database="none", package_manager="pip")
    target = ["--python-version", PYTHON, "--only-binary", ":all:", "--dest", str(files)]
    run("uvx", "pip", "download", "-q", *target, *MORE, "-r", str(project / "tests/requirements.txt"))
    for wheel in files.iterdir():
        name = re.sub(r"[-_.]+", "-", wheel.name.split("-")[0]).lower()
        (folder / "index" / name).mkdir(parents=True, exist_ok=True)
        (folder / "index" / name / wheel.name).symlink_to(wheel)
    return folder


@pytest.fixture(scope="module")
def index(wheels) -> Iterator[str]:
    [port] = lab.free_ports(1)
    command = [sys.executable, "-m", "http.server", port, "--bind", "127.0.0.1", "--directory", str(wheels / "index")]
    server = subprocess.Popen([*lab.engine()[0], *command], stderr=subprocess.DEVNULL)
    yield f"http://127.0.0.1:{port}/"
    server.terminate()
    server.wait()


@pytest.mark.parametrize("manager", SOURCES)
def test_the_tests_run_with(manager, wheels, index, tmp_path):
    folder = tmp_path / manager
    folder.mkdir()
    (folder / "pyproject.toml").write_text(PROJECT.format(requirements="[]"), encoding="utf-8")
    project = lab.Repository(
        folder, example=True, scope="tests", framework="none", database="none", package_manager=manager
    )
    lines = (folder / "tests/requirements.txt").read_text(encoding="utf-8").splitlines()
    requirements = [line for line in lines if line and not line.startswith("#")]
    text = PROJECT.format(requirements=requirements) + SOURCES[manager].format(index=index)
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    (folder / "pipx.sh").write_text(PIPX, encoding="utf-8")
    project.commit("Add what the tests need")
    if manager != "pip":
        for_runner = ["--python-version", PYTHON, "--python-platform", f"{platform.machine()}-manylinux_2_40"]
        program = {"poetry": "poetry", "pdm": "pdm[locked]"}[manager]
        run("uv", "pip", "install", "-q", *for_runner, "--target", str(tmp_path / "program"), program)

    done = project.act(
        *("push", "-j", "unit", "--matrix", f"python:{PYTHON}", "--env", f"BASH_ENV={folder}/pipx.sh"),
        DOCKER_LAB_WHEELS=str(wheels / "files"),
    )

    assert done.status == 0, done.end
    assert done.jobs() == {"unit": "succeeded"}, done.end
    assert "| unit | " in done.summary(), done.end


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
