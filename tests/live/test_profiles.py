"""Every valid pair of answers: rendered, installed and run on real servers."""

import re

import pytest
import yaml

from tests.docker import lab
from tests.harness import profiles, projects, pythons


def test_the_profiles_hold_every_valid_pair():
    wanted = set().union(*map(profiles.pairs, profiles.every()))
    covered = set().union(*map(profiles.pairs, profiles.all_pairs()))

    assert wanted == covered


@pytest.mark.timeout(2 * projects.SUITE_SECONDS + 600)
@pytest.mark.parametrize("answers", profiles.all_pairs(), ids=profiles.name_of)
def test_the_suite_is_green(answers, tmp_path, server):
    """In random order, one process and two, on a Python of this machine; the folder has a space and an umlaut.

    One process uses this machine's servers; two use those of the compose file, where a Docker engine answers.
    """
    python = pythons.choose(profiles.all_pairs().index(answers), "3.10" if answers["scope"] == "tests" else "3.11")
    project = projects.make(tmp_path / "große Halle" / "shop", answers, python)
    project.env["PYTHONDONTWRITEBYTECODE"] = ""  # as with people: the second run does not compile everything again
    composed = projects.Project(project.folder, answers, env={**project.env})  # told nothing about servers
    projects.connect(project, server)

    alone = project.pytest("-q").assert_green()
    through_compose = (project.folder / lab.COMPOSE_FILE).exists() and not lab.engine()[1]
    if through_compose:
        shared = run_through_compose(composed, "-n", "2")
    else:
        shared = project.pytest("-q", "-n", "2").assert_green()

    assert shared.tests == alone.tests
    assert alone.skipped == shared.skipped == 0, alone.output
    projects.record(profiles.name_of(answers), project, "native", alone)
    if through_compose:
        projects.record(profiles.name_of(answers), composed, "compose", shared, images=lab.images())


def run_through_compose(project: projects.Project, *options: str) -> projects.Result:
    """`docker compose up -d --wait`, the suite, `docker compose down -v`."""
    lab.fit_stand_ins(project.folder)
    with lab.compose(project.folder) as variables:
        result = project.pytest(*options, prefix=lab.engine()[0], **variables)
        assert result.status == 0, f"On the servers of {lab.COMPOSE_FILE}:\n{result.output}"
        servers = yaml.safe_load((project.folder / lab.COMPOSE_FILE).read_text(encoding="utf-8"))["services"]
        found = re.findall("^(\\w+) .* at 127.0.0.1:.*, compose$", result.output, flags=re.MULTILINE)
        assert sorted(found) == sorted(servers), result.output
    return result
