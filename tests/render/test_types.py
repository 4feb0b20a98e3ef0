"""The rendered type hints pass mypy in its default mode, in every valid pair of answers."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.harness import applications, profiles
from tests.harness.rendering import render

# Of these packages' own hints nothing is known, which is no fault of ours.
OPTIONS = ["--disable-error-code", "import-untyped", "--no-error-summary", "--hide-error-context", "--no-sqlite-cache"]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """By the name of the profile: its project."""
    folder = tmp_path_factory.mktemp("types")
    projects = {}
    for answers in profiles.all_pairs():
        project = folder / profiles.name_of(answers)
        existing = applications.write(project, answers) if answers["scope"] == "tests" else {}
        projects[project.name] = render(project, package_name="shop_floor", **answers, **existing)
    return projects


@pytest.fixture(scope="module")
def python(rendered, tmp_path_factory):
    """An interpreter that has whatever any of the projects needs: installed once instead of each time."""
    environment = tmp_path_factory.mktemp("environment") / ".venv"
    needs = {line for project in rendered.values() for line in requirements(project)}
    needs |= {line for answers in profiles.all_pairs() for line in applications.requirements(answers)}
    for words in (["venv", "--python", sys.executable, environment], ["pip", "install", "-p", environment, *needs]):
        done = subprocess.run([sys.executable, "-m", "uv", *words, "--quiet"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return environment / "bin" / "python"


def requirements(project: Path) -> list[str]:
    if (project / "pyproject.toml").exists():
        read = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
        groups = read["dependency-groups"].values()
        return read["project"]["dependencies"] + [line for group in groups for line in group if isinstance(line, str)]
    lines = next(project.glob("**/requirements*.txt")).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("name", [profiles.name_of(answers) for answers in profiles.all_pairs()])
def test_types(rendered, python, name, tmp_path_factory):
    project = rendered[name]
    folders = [folder for folder in ("src", "tests") if (project / folder).is_dir()]
    cache = tmp_path_factory.getbasetemp() / "mypy"  # shared: the libraries are read once
    for own in ("tests", *(module.stem for module in project.glob("src/*"))):  # another project has them too
        for kept in cache.glob(f"*/{own}*"):
            shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", cache, "--python-executable", python, *OPTIONS, *folders],
        cwd=project,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_type_is_found(rendered, python, tmp_path):
    """The check above can fail."""
    broken = tmp_path / "broken.py"
    broken.write_text("import sqlalchemy\n\nurl: str = sqlalchemy.MetaData()\n", encoding="utf-8")

    done = subprocess.run([sys.executable, "-m", "mypy", "--python-executable", python, *OPTIONS, broken])

    assert done.returncode == 1
