"""The Pythons of this machine: rendered projects are run on more than one of them."""

import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

MINORS = range(10, 15)  # 3.10 is the oldest that rendered code supports


@functools.cache
def interpreters() -> dict[str, Path]:
    """By version ("3.12"): an interpreter that runs and can make virtual environments."""
    found = {f"3.{sys.version_info.minor}": Path(sys.executable)}
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for minor in MINORS:
        names = [shutil.which(f"python3.{minor}"), *sorted(pyenv.glob(f"versions/3.{minor}.*/bin/python"))]
        for path in filter(None, names):
            if f"3.{minor}" not in found and _runs(path, minor):
                found[f"3.{minor}"] = Path(path)
    return dict(sorted(found.items(), key=lambda one: int(one[0].split(".")[1])))


def _runs(path: str | Path, minor: int) -> bool:
    code = "import sqlite3, ssl, sys, venv; print(sys.version_info.minor)"
    done = subprocess.run([path, "-c", code], capture_output=True, text=True)
    return done.returncode == 0 and done.stdout.strip() == str(minor)


def choose(number: int, oldest: str) -> Path:
    """An interpreter not older than `oldest`, another one for each `number`."""
    suitable = [path for version, path in interpreters().items() if _minor(version) >= _minor(oldest)]
    return suitable[number % len(suitable)]


def version(python: Path) -> str:
    """E.g. "3.12.1"."""
    done = subprocess.run([python, "--version"], capture_output=True, text=True, check=True)
    return re.sub(r"^Python ", "", done.stdout.strip())


def _minor(version: str) -> int:
    return int(version.split(".")[1])
