"""The strict switch, and the pool of servers that all tests of a run share."""

import os

import pytest

from tests.harness import servers

STRICT = os.environ.get("REQUIRE_ALL") == "1"


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # the controller of a distributed run, or the only one
        context = servers.pool()
        context.__enter__()
        config.add_cleanup(lambda: context.__exit__(None, None, None))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """REQUIRE_ALL=1: what could not be tried has failed."""
    report = yield
    return _strict(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    return _strict(report)


def _strict(report):
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1 allows no skip. {reason}"
    return report


@pytest.fixture(scope="session")
def server():
    """server("redis"): a running server, or a skip with the reason why there is none."""

    def get(name: str) -> servers.Server:
        try:
            return servers.server(name)
        except servers.Unavailable as error:
            pytest.skip(str(error))

    return get
