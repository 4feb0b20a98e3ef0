"""A project with all servers of the first slice, for tests about its surroundings."""

import pytest

from tests.harness import projects

WITH_SERVERS = {
    "scope": "service",
    "framework": "fastapi",
    "database": "postgresql",
    "async_database": False,
    "brokers": ["redis", "rabbitmq"],
    "redis_server": "redis",
}


@pytest.fixture(scope="session")
def unconnected(tmp_path_factory):
    """The project, told nothing about servers."""
    return projects.make(tmp_path_factory.mktemp("unconnected") / "shop", WITH_SERVERS)


@pytest.fixture(scope="session")
def connected(unconnected, server):
    """The same project, told where its servers are."""
    copy = projects.Project(unconnected.folder, unconnected.answers)
    return projects.connect(copy, server)
