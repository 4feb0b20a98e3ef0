"""The rendered workflow itself is executed, all jobs; and it fails with a message that helps.

Most projects lack the example feature: the workflow is the same, and faster. NIGHTLY=1 keeps it.
"""

import contextlib
import os
from collections.abc import Iterator

import pytest

from tests.docker.lab import Repository, Run

NIGHTLY = os.environ.get("NIGHTLY") == "1"
WORKFLOW = ".github/workflows/integration-tests.yml"
AT_NIGHT = ".github/workflows/integration-tests-nightly.yml"
SERVERLESS = {"unit", "integration", "e2e", "tests passed"}
ALL_JOBS = SERVERLESS | {"changes"}
ONE_PYTHON = ("--matrix", "python:3.11")  # of the unit tests

# With these, every server: as service containers and from the compose file, with and without shards.
PROFILES = {
    "postgresql-redis-rabbitmq": {"database": "postgresql", "brokers": ["redis", "rabbitmq"]},
    "mongodb-mqtt": {"database": "mongodb", "brokers": ["mqtt"], "ci_shards": 2},
    "mysql-kafka": {"database": "mysql", "brokers": ["kafka"]},
    "mariadb-valkey-nats": {"database": "mariadb", "brokers": ["redis", "nats"], "redis_server": "valkey"},
    "sqlite-mqtt": {"database": "sqlite", "brokers": ["mqtt"], "async_database": True, "ci_shards": 2},
    "asyncpg-every-broker": {
        "database": "postgresql",
        "async_database": True,
        "postgresql_driver": "asyncpg",
        "brokers": ["redis", "rabbitmq", "kafka", "nats", "mqtt"],
        "coverage": True,
    },
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Repository:
    """A project without servers."""
    folder = tmp_path_factory.mktemp("workflow") / "bare"
    return Repository(folder, example=False)


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Repository:
    """A project with two servers."""
    folder = tmp_path_factory.mktemp("workflow") / "postgresql-redis"
    return Repository(folder, example=False, database="postgresql", brokers=["redis"])


def test_a_project_as_the_defaults_make_it(tmp_path):
    """The whole example, on the oldest and the newest Python."""
    run = Repository(tmp_path / "default", example=True).act("push")

    assert run.status == 0, run.end
    assert run.jobs() == dict.fromkeys(SERVERLESS, "succeeded"), run.end
    for layer in ("unit", "integration", "e2e"):
        assert f"| {layer} | " in run.summary()


@pytest.mark.parametrize("profile", PROFILES)
def test_every_job_passes_with_servers(profile, tmp_path):
    answers = PROFILES[profile]
    project = Repository(tmp_path / profile, example=NIGHTLY, **answers)

    run = project.act("push", *ONE_PYTHON)

    expected = ALL_JOBS | ({"coverage"} if "coverage" in answers else set())
    assert run.status == 0, run.end
    assert run.jobs() == dict.fromkeys(expected, "succeeded"), run.end
    assert "| integration | " in run.summary()


def test_a_pull_request_that_changes_documents_alone_starts_no_server(repository):
    (repository.folder / "README.md").write_text("# Shop\n", encoding="utf-8")
    repository.commit("Documents")

    run = repository.act("pull_request", *ONE_PYTHON)

    assert run.status == 0, run.end
    assert run.jobs() == dict.fromkeys({"changes", "unit", "tests passed"}, "succeeded"), run.end


def test_a_broken_test_is_named_and_fails_the_required_check(bare):
    broken = bare.folder / "tests/unit/test_broken.py"
    broken.write_text("def test_broken():\n    assert 1 + 1 == 3\n", encoding="utf-8")
    bare.commit("Break")

    run = bare.act("push", *ONE_PYTHON)

    broken.unlink()
    assert run.status != 0, run.end
    assert "FAILED tests/unit/test_broken.py::test_broken - assert (1 + 1) == 3" in run.output, run.end
    assert "**`tests/unit/test_broken.py::test_broken`**" in run.summary(), run.end
    assert "assert (1 + 1) == 3" in run.summary(), run.end
    assert run.jobs() == {"unit": "failed", "integration": "succeeded", "tests passed": "failed"}, run.end
    assert "unit: failure" in run.output, run.end
    assert run.artifacts() == {"unit.xml"}, run.end


def test_a_wrong_password_is_reported_with_the_server_and_the_command(repository):
    run = failing(repository, "POSTGRES_PASSWORD: test", "POSTGRES_PASSWORD: other")

    for text in (run.output, run.summary()):
        assert "postgresql: no server answers." in text, run.end
        assert "TEST_DATABASE_URL: connection failed" in text, run.end
        assert 'password authentication failed for user "test"' in text, run.end
    assert run.jobs()["integration"] == "failed", run.end


def test_a_server_that_does_not_start_is_named(repository):
    run = failing(repository, "          POSTGRES_PASSWORD: test\n", "")

    assert "(postgres:18-alpine) is unhealthy" in run.output, run.end


def test_a_server_that_dies_is_named(repository):
    """The connection breaks in the middle of the run."""
    stop = '      - name: Test\n        run: docker kill "$(docker ps -q -f ancestor=redis:8-alpine)" && '
    run = failing(repository, "      - name: Test\n        run: ", stop)

    assert "redis: no server answers." in run.summary(), run.end
    assert run.artifacts() >= {"integration.xml", "redis-8-alpine.log", "postgres-18-alpine.log"}, run.end


def test_at_night_the_suite_is_repeated_and_its_health_is_told(repository):
    with altered(repository, AT_NIGHT, "--repeat 10", "--repeat 2"):
        run = repository.act("schedule", "-W", AT_NIGHT)

    assert run.status == 0, run.end
    for layer in ("unit", "integration", "e2e"):
        assert f"| {layer} | " in run.summary(), run.end
    assert "Flaky in 2 runs: 0 tests (0.0 %)" in run.summary(), run.end


def failing(repository: Repository, old: str, new: str) -> Run:
    """A run of the integration tests that must fail."""
    with altered(repository, WORKFLOW, old, new):
        run = repository.act("push", "-j", "integration")
    assert run.status != 0, run.end
    return run


@contextlib.contextmanager
def altered(repository: Repository, path: str, old: str, new: str) -> Iterator[None]:
    """A file of the project, as long as this lasts."""
    file = repository.folder / path
    as_rendered = file.read_text(encoding="utf-8")
    assert old in as_rendered
    file.write_text(as_rendered.replace(old, new), encoding="utf-8")
    repository.commit("Alter")
    yield
    file.write_text(as_rendered, encoding="utf-8")
