"""With no server at all: what needs none passes, the others say in short what to do."""

import time

import pytest

from tests.harness.servers.base import free_port

TOUCHES_REDIS = "tests/integration/test_redis.py"


@pytest.fixture
def nowhere():
    """Compose ports on which nothing listens, whatever runs on this machine."""
    names = ("POSTGRESQL", "REDIS", "RABBITMQ", "RABBITMQ_MANAGEMENT")
    return {f"TEST_{name}_PORT": str(free_port()) for name in names}


def test_unit_tests_need_no_server(unconnected, nowhere):
    unconnected.pytest("-q", "tests/unit", **nowhere).assert_green()


def test_the_error_is_short_and_fast(unconnected, nowhere):
    began = time.monotonic()
    result = unconnected.pytest("-q", "-x", TOUCHES_REDIS, **nowhere)
    took = time.monotonic() - began

    assert result.status == 1
    assert "redis" in result.output
    assert "docker compose -f docker-compose.test.yml up -d --wait" in result.output
    assert "Traceback" not in result.output
    assert took < 15, result.output  # all of pytest's own start included, on a busy machine


def test_the_switch_turns_the_error_into_a_skip(unconnected, nowhere):
    result = unconnected.pytest("-q", "-rs", "--skip-missing-servers", TOUCHES_REDIS, **nowhere)

    assert result.status == 0, result.output
    assert result.skipped == result.tests > 0
    assert "redis" in result.output


def test_ci_allows_no_skip(unconnected, nowhere):
    result = unconnected.pytest("-q", "--skip-missing-servers", TOUCHES_REDIS, **nowhere, CI="true")

    assert result.status == 1
    assert result.skipped == 0
