"""The rendered compose file on a Docker engine: by hand, and through testcontainers.

PostgreSQL runs with every broker and the whole suite, the other databases without the example feature.
NIGHTLY=1 runs the profiles that hold every pair of answers.
"""

import os
import subprocess

import pytest

from tests.docker.lab import fit_stand_ins, remove_example
from tests.harness import profiles, projects

NIGHTLY = os.environ.get("NIGHTLY") == "1"


def chosen() -> list[dict]:
    """Each server once; sync and async in turn."""
    if NIGHTLY:
        return [one for one in profiles.all_pairs() if one["brokers"] or one["database"] in projects.DATABASES]
    offered = [name for name, _ in profiles.choices("database") if name in projects.DATABASES]
    return [
        {
            "scope": "service",
            "framework": "fastapi",
            "database": database,
            "async_database": bool(number % 2),
            "brokers": [] if number else list(profiles.brokers()),
        }
        for number, database in enumerate(offered)
    ]


def on(answers: list[dict]):
    return pytest.mark.parametrize("project", answers, ids=profiles.name_of, indirect=True, scope="module")


@pytest.fixture(scope="module")
def project(request, docker, tmp_path_factory):
    made = projects.make(tmp_path_factory.mktemp("docker") / "shop", request.param)
    if not NIGHTLY and not made.answers["brokers"]:
        remove_example(made.folder)
    fit_stand_ins(made.folder)
    made.env["COMPOSE_PROJECT_NAME"] = f"shop-{os.getpid()}"
    if not docker:
        made.env["DOCKER_HOST"] = os.environ.get("DOCKER_HOST", "")
    return made


def images(docker) -> str:
    """What the containers are made of."""
    return (
        "stand-ins under the upstream tags (Kafka, MongoDB: compatible; the others real)"
        if docker
        else "upstream images"
    )


def run(project, docker, *command) -> str:
    env = project.environment()
    if docker:  # docker-lab knows where its engine is
        del env["DOCKER_HOST"]
    done = subprocess.run([*docker, *command], cwd=project.folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@on(chosen())
def test_compose(project, docker):
    compose = ("docker", "compose", "-f", "docker-compose.test.yml")
    run(project, docker, *compose, "config", "--quiet")
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
    projects.record(profiles.name_of(project.answers), project, "compose", result, images=images(docker))


@on(chosen() if NIGHTLY else chosen()[:1])  # the tests find every server in the same way
def test_testcontainers(project, docker):
    result = project.pytest(prefix=docker)

    result.assert_green()
    assert ", testcontainers" in result.output
    assert ", compose" not in result.output
    projects.record(profiles.name_of(project.answers), project, "testcontainers", result, images=images(docker))
