"""docs/adding-a-service.md, followed for a server that the template does not know."""

import shutil
import subprocess
import sys
from pathlib import Path

import copier
import pytest
import yaml

from tests.harness.rendering import ROOT, SOURCES

ENTRY = """\
    'memcached': {
        'label': 'Memcached',
        'image': 'memcached:1-alpine',
        'port': 11211,
        'test_port': 21211,
        'port_variable': 'TEST_MEMCACHED_PORT',
        'url_variable': 'TEST_MEMCACHED_URL',
        'url': 'memcached://127.0.0.1:{port}',
        'environment': {},
        'command': 'memcached --memory-limit 64',
        'health': 'nc -z 127.0.0.1 11211',
        'interval': '1s',
        'tmpfs': '/tmp',
        'client': ['pymemcache>=4'],
        'embedded': none,
    },
"""
MODULE = '''\
{% from 'includes/services.jinja' import SERVICES with context %}
{% set table = SERVICES['memcached'] %}
# Template-owned: "copier update" merges changes into this file. Extend it in tests/conftest.py.
"""Memcached."""

from urllib.parse import urlsplit

import pytest
from pymemcache.client.base import Client

from .services import Service, register, require
from .slots import slot


def connect(url: str) -> Client:
    place = urlsplit(url)
    return Client((place.hostname, place.port), connect_timeout=2, timeout=2)


def probe(url: str) -> str:
    return connect(url).version().decode()


MEMCACHED = register(
    Service(
        name="memcached",
        variable="{{ table.url_variable }}",
        port={{ table.test_port }},
        url="{{ table.url }}",
        probe=probe,
    )
)


@pytest.fixture(scope="session")
def memcached_url() -> str:
    return require(MEMCACHED)


@pytest.fixture
def memcached_key(request) -> str:
    return f"{slot()}-{request.node.name}"
'''
TEST = '''\
# Template-owned: "copier update" merges changes into this file. Extend it in tests/conftest.py.
"""Memcached keeps what it is given."""

from {{ support }}.memcached import connect


def test_round_trip(memcached_url, memcached_key):
    client = connect(memcached_url)

    client.set(memcached_key, "kept", expire=60)

    assert client.get(memcached_key) == b"kept"
'''


def insert(path: Path, before: str, text: str) -> None:
    old = path.read_text(encoding="utf-8")
    assert before in old, f"{before!r} is not in {path.name}"
    path.write_text(old.replace(before, text + before, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with the new server, rendered from a template in which the guide was followed."""
    template = tmp_path_factory.mktemp("template")
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, template / name)
    insert(template / "includes/services.jinja", "    'nats': {\n", ENTRY)
    insert(template / "copier.yml", "    NATS: nats\n", "    Memcached: memcached\n")
    hidden = "memcached: {type: bool, when: false, default: \"{{ 'memcached' in brokers }}\"}\n"
    insert(template / "copier.yml", "nats: {type: bool", hidden)
    tests = template / "template/tests"
    (tests / "support/{% if memcached %}memcached.py{% endif %}.jinja").write_text(MODULE)
    (tests / "integration/{% if memcached %}test_memcached.py{% endif %}.jinja").write_text(TEST)

    folder = tmp_path_factory.mktemp("project") / "billing"
    answers = {"scope": "tests", "framework": "none", "database": "none", "brokers": ["memcached", "redis"]}
    copier.run_copy(str(template), str(folder), data=answers, defaults=True, quiet=True, settings=copier.Settings())
    return folder


def test_compose_workflow_and_requirements_follow_from_the_table(project):
    compose = yaml.safe_load((project / "docker-compose.test.yml").read_text())["services"]["memcached"]
    workflow = yaml.safe_load((project / ".github/workflows/integration-tests.yml").read_text())
    job = workflow["jobs"]["integration"]

    assert compose["image"] == "memcached:1-alpine"
    assert compose["ports"] == ["127.0.0.1:${TEST_MEMCACHED_PORT:-21211}:11211"]
    assert job["services"]["memcached"]["ports"] == ["127.0.0.1:21211:11211"]
    assert job["env"]["TEST_MEMCACHED_URL"] == "memcached://127.0.0.1:21211"
    assert "pymemcache>=4" in (project / "tests/requirements.txt").read_text().splitlines()


def test_the_application_is_told_its_address(project):
    text = (project / "tests/support/application.py").read_text()

    assert '"MEMCACHED_URL": addresses["memcached"]' in text


def test_its_tests_are_found_and_say_what_is_missing(project):
    """Nothing listens there, so the round trip fails with the one short error of every service."""
    needs = [line for line in (project / "tests/requirements.txt").read_text().splitlines() if line[0] != "#"]
    environment = project / ".venv"
    for words in (["venv", "--python", sys.executable, environment], ["pip", "install", "-p", environment, *needs]):
        subprocess.run([sys.executable, "-m", "uv", *words, "--quiet"], cwd=project, check=True)
    port = {"TEST_MEMCACHED_PORT": "9", "DOCKER_HOST": "unix:///no-docker-here.sock", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [environment / "bin/python", "-m", "pytest", "-q", "tests/integration/test_memcached.py"],
        cwd=project,
        env=port,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1, done.stdout + done.stderr
    assert "memcached: no server answers." in done.stdout
    assert "start: docker compose -f docker-compose.test.yml up -d --wait memcached" in done.stdout
