"""The rendered compose file on a Docker engine: by hand, and through testcontainers."""

import os
import subprocess

import pytest

from tests.harness import profiles, projects


def chosen() -> list[dict]:
    """Each server once: the database and broker of a profile, sync and async in turn."""
    servers = [name for name, _ in profiles.choices("database") if name in projects.DATABASES]
    names = profiles.brokers()
    return [
        {
            "scope": "service",
            "framework": "fastapi",
            "database": database,
            "async_database": bool(number % 2),
            "brokers": list(names),
        }
        for number, database in enumerate(servers)
    ]


@pytest.fixture(scope="module", params=chosen(), ids=profiles.name_of)
def project(request, docker, tmp_path_factory):
    made = projects.make(tmp_path_factory.mktemp("docker") / "shop", request.param)
    made.env["COMPOSE_PROJECT_NAME"] = f"shop-{os.getpid()}"
    if not docker:
        made.env["DOCKER_HOST"] = os.environ.get("DOCKER_HOST", "")
    return made


def run(project, docker, *command) -> str:
    env = project.environment()
    if docker:  # docker-lab knows where its engine is
        del env["DOCKER_HOST"]
    done = subprocess.run([*docker, *command], cwd=project.folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_compose(project, docker):
    compose = ("docker", "compose", "-f", "docker-compose.test.yml")
    try:
        run(project, docker, *compose, "up", "-d", "--wait", "--wait-timeout", "180")
        result = project.pytest(prefix=docker)
    finally:
        run(project, docker, *compose, "down", "-v")

    result.assert_green()
    assert ", compose" in result.output
    label = f"label=com.docker.compose.project={project.env['COMPOSE_PROJECT_NAME']}"
    for kind in (("ps", "-a"), ("volume", "ls"), ("network", "ls")):
        assert run(project, docker, "docker", *kind, "-q", "--filter", label) == ""
    projects.record(profiles.name_of(project.answers), project, "compose", result)


def test_testcontainers(project, docker):
    result = project.pytest(prefix=docker)

    result.assert_green()
    assert ", testcontainers" in result.output
    assert ", compose" not in result.output
    projects.record(profiles.name_of(project.answers), project, "testcontainers", result)
