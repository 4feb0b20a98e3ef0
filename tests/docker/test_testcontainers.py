"""Without an address and without a server, the tests start what the compose file names: testcontainers.

The same file through `docker compose up` is part of tests/live/test_profiles.py.
"""

import os

from tests.docker import lab
from tests.harness import profiles, projects

ANSWERS = {
    "scope": "service",
    "framework": "fastapi",
    "database": "postgresql",
    "async_database": False,
    "brokers": list(profiles.brokers()),
}


def test_the_servers_are_started_for_the_run_and_removed_with_it(docker, tmp_path):
    project = projects.make(tmp_path / "shop", ANSWERS)
    if not docker:
        project.env["DOCKER_HOST"] = os.environ.get("DOCKER_HOST", "")

    result = project.pytest(prefix=docker).assert_green()

    assert result.output.count(", testcontainers\n") == 1 + len(ANSWERS["brokers"]), result.output
    left = lab.docker("ps", "--all", "--format", "{{.Names}}")
    assert "shop_floor-testcontainers" not in left
    projects.record(profiles.name_of(ANSWERS), project, "testcontainers", result, images=lab.images())
