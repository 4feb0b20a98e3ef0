"""Every valid pair of answers: rendered, installed and run on real servers."""

import pytest

from tests.harness import profiles, projects, pythons


def test_the_profiles_hold_every_valid_pair():
    wanted = set().union(*map(profiles.pairs, profiles.every()))
    covered = set().union(*map(profiles.pairs, profiles.all_pairs()))

    assert wanted == covered


@pytest.mark.parametrize("answers", profiles.all_pairs(), ids=profiles.name_of)
def test_the_suite_is_green(answers, tmp_path, server):
    """In random order, one process and two, on a Python of this machine; the folder has a space and an umlaut."""
    python = pythons.choose(profiles.all_pairs().index(answers), "3.10" if answers["scope"] == "tests" else "3.11")
    project = projects.make(tmp_path / "große Halle" / "shop", answers, python)
    projects.connect(project, server)

    alone = project.pytest("-q").assert_green()
    shared = project.pytest("-q", "-n", "2").assert_green()

    assert shared.tests == alone.tests
    assert alone.skipped == shared.skipped == 0, alone.output
    projects.record(profiles.name_of(answers), project, "native", alone, shared)
