import contextlib
import functools
import importlib.util
import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.rendering import ROOT, template_source

from .applications import FOLDER, Application


@pytest.fixture
def project(application: Application, tmp_path: Path) -> Path:
    """A copy of an application, committed in a git repository of its own."""
    name = str(application)
    shutil.copytree(FOLDER / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    git(tmp_path / name, "init", "--quiet")
    git(tmp_path / name, "add", "--all", "--force")
    git(tmp_path / name, "commit", "--quiet", "--message", "as it was")
    return tmp_path / application.folder


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    command = ["git", *identity, "-c", "commit.gpgsign=false", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@functools.cache
def load(name: str):
    """A script of hooks/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "hooks" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def hook(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """What a script of hooks/ says and returns; it runs in this process, as importing Copier takes its time."""
    command = [*map(str, arguments)]
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        try:
            status = load(name.removesuffix(".py")).main(command)
        except SystemExit as exit:
            status = exit.code
    return subprocess.CompletedProcess(command, status, out.getvalue(), err.getvalue())


def script(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a script of hooks/ as a person does."""
    command = [sys.executable, str(ROOT / "hooks" / name), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@functools.cache
def template() -> Path:
    """One copy of the template for all tests of this process."""
    return template_source()


def onboard(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return hook("onboard.py", project, "--template", template(), *arguments)
