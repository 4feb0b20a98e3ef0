"""The cases that test_compose.py and test_workflow.py render, and what they read from them."""

import functools
import re
import tempfile
from pathlib import Path

import jinja2
import yaml

from tests.harness.rendering import ROOT, render

BROKERS = ["redis", "rabbitmq", "kafka", "nats", "mqtt"]
CASES = {
    "default": {},
    "postgresql": {"database": "postgresql", "brokers": ["redis", "rabbitmq"], "coverage": True},
    "every-broker": {"database": "postgresql", "brokers": BROKERS, "ci_shards": 4},
    "mysql": {"database": "mysql", "brokers": ["kafka"], "update_workflow": True},
    "mariadb": {"database": "mariadb", "brokers": ["redis", "nats"], "redis_server": "valkey"},
    "mongodb": {"database": "mongodb", "brokers": ["mqtt"], "ci_shards": 2},
    "update-workflow": {"database": "postgresql", "brokers": ["nats"], "coverage": True, "update_workflow": True},
    "no-database": {"scope": "tests", "framework": "none", "database": "none", "brokers": ["nats", "mqtt"]},
    "one-python": {"database": "sqlite", "python_min": "3.14"},
    "odd-names": {"project_name": "My.Big_Shop", "database": "postgresql"},
    "tests-uv": {"scope": "tests", "database": "postgresql", "app_path": "app:app"},
    "tests-pip": {"scope": "tests", "package_manager": "pip", "database": "postgresql"},
    "tests-poetry": {"scope": "tests", "package_manager": "poetry", "brokers": ["redis"]},
    "tests-pdm": {"scope": "tests", "package_manager": "pdm", "brokers": ["nats"], "coverage": True},
    "tests-bare": {"scope": "tests", "database": "none"},
    "tests-external": {"scope": "tests", "framework": "external", "database": "postgresql"},
}


@functools.cache
def project(case: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"{case}-")) / "billing"
    return render(folder, **CASES[case])


@functools.cache
def compose(case: str) -> dict | None:
    """The compose file, with the default of every variable put in."""
    path = project(case) / "docker-compose.test.yml"
    if not path.exists():
        return None
    text = re.sub(r"\$\{\w+:-(\w+)\}", r"\1", path.read_text(encoding="utf-8"))
    return yaml.safe_load(text)


@functools.cache
def workflow(case: str) -> dict:
    path = project(case) / ".github/workflows/integration-tests.yml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def chosen(case: str) -> list[str]:
    """The servers of a case, in the order of the table."""
    answers = CASES[case]
    database = answers.get("database", "sqlite")
    return [database] * (database not in ("sqlite", "none")) + answers.get("brokers", [])


def package(case: str) -> str:
    """The import name of a case's project."""
    [answers] = project(case).glob(".copier-answers*.yml")
    return yaml.safe_load(answers.read_text(encoding="utf-8"))["package_name"]


def table() -> dict:
    """includes/services.jinja as data, for a package named PACKAGE."""
    return _include("services").make_module({"package_name": "PACKAGE", "redis_server": "redis"}).SERVICES


def actions() -> dict[str, str]:
    """The pinned actions of includes/github.jinja."""
    return _include("github").module.ACTIONS


def _include(name: str) -> jinja2.Template:
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(ROOT))
    return environment.get_template(f"includes/{name}.jinja")
