"""The rendered workflow itself is executed, all jobs; and it fails with a message that helps.

Runs share the ports of one engine, so they take turns. NIGHTLY=1 runs a profile for every server.
"""

import os
import tempfile
from pathlib import Path

import filelock
import pytest

from tests.docker.lab import Repository, docker
from tests.render.deployment import is_offered

WORKFLOW = ".github/workflows/integration-tests.yml"
ALL_JOBS = {"unit", "integration", "e2e", "tests passed"}
PROFILES = {"postgresql": {"database": "postgresql", "brokers": ["redis"]}}
NIGHTLY = {
    "rabbitmq": {"database": "postgresql", "async_database": True, "brokers": ["rabbitmq"]},
    "mysql": {"database": "mysql", "brokers": ["kafka"]},
    "mariadb": {"database": "mariadb", "brokers": ["redis"], "redis_server": "valkey"},
    "mongodb": {"database": "mongodb", "brokers": ["nats"]},
    "mqtt": {"database": "sqlite", "brokers": ["mqtt"], "ci_shards": 2},
}
if os.environ.get("NIGHTLY") == "1":
    PROFILES |= {name: answers for name, answers in NIGHTLY.items() if is_offered(answers)}


@pytest.fixture(autouse=True)
def taking_turns():
    with filelock.FileLock(Path(tempfile.gettempdir()) / "copier-integration-tests-ports.lock"):
        yield


@pytest.fixture(scope="module")
def default_repository(tmp_path_factory):
    return Repository(tmp_path_factory.mktemp("default"))


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    return Repository(tmp_path_factory.mktemp("postgresql"), **PROFILES["postgresql"])


def test_without_a_server_every_job_passes(default_repository):
    run = default_repository.act("push")

    assert run.status == 0, run.output
    assert run.jobs() == dict.fromkeys(ALL_JOBS, "succeeded")


@pytest.mark.parametrize("profile", PROFILES)
def test_with_servers_every_job_passes(profile, tmp_path, request):
    if profile == "postgresql":
        project = request.getfixturevalue("repository")
    else:
        project = Repository(tmp_path, **PROFILES[profile])

    run = project.act("push")

    docker("compose", "-f", "docker-compose.test.yml", "down", "-v", cwd=project.folder)
    assert run.status == 0, run.output
    assert run.jobs() == dict.fromkeys(ALL_JOBS | {"changes"}, "succeeded")


def test_a_pull_request_that_changes_documents_alone_starts_no_server(repository):
    (repository.folder / "README.md").write_text("# Shop\n", encoding="utf-8")
    repository.commit("Documents")

    run = repository.act("pull_request")

    assert run.status == 0, run.output
    assert run.jobs() == dict.fromkeys({"changes", "unit", "tests passed"}, "succeeded")


def test_a_broken_test_is_named_and_fails_the_required_check(default_repository):
    broken = default_repository.folder / "tests/unit/test_broken.py"
    broken.write_text("def test_broken():\n    assert 1 + 1 == 3\n", encoding="utf-8")
    default_repository.commit("Break")

    run = default_repository.act("push")

    assert run.status != 0
    assert "FAILED tests/unit/test_broken.py::test_broken - assert (1 + 1) == 3" in run.output
    assert run.jobs()["unit"] == run.jobs()["tests passed"] == "failed"
    assert "e2e" not in run.jobs()
    for name in ("unit-3.11", "unit-3.14"):
        assert f"upload-artifact (stub): {name}: 1 file" in run.output


def test_a_wrong_password_is_reported_with_the_server_and_the_command(repository):
    repository.change(WORKFLOW, "POSTGRES_PASSWORD: test", "POSTGRES_PASSWORD: other")
    repository.commit("Wrong password")

    run = repository.act("push", "-j", "integration")

    repository.change(WORKFLOW, "POSTGRES_PASSWORD: other", "POSTGRES_PASSWORD: test")
    assert run.status != 0
    assert "postgresql: no server answers." in run.output
    assert "TEST_DATABASE_URL: connection failed" in run.output
    assert 'password authentication failed for user "test"' in run.output


def test_a_dead_server_is_named(repository):
    repository.change(WORKFLOW, "          POSTGRES_PASSWORD: test\n", "")
    repository.commit("Dead server")
    before = containers(repository)

    run = repository.act("push", "-j", "integration")

    # GitHub throws the machine away; act leaves the other containers running.
    docker("rm", "-fv", *(containers(repository) - before), cwd=repository.folder, check=False)
    assert run.status != 0
    assert "(postgres:18-alpine) is unhealthy" in run.output


def containers(repository: Repository) -> set[str]:
    return set(docker("ps", "-aq", cwd=repository.folder).split())
