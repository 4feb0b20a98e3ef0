"""Every valid pair of answers: rendered, installed and run on real servers."""

import pytest

from tests.harness import profiles, projects


def test_the_profiles_hold_every_valid_pair():
    wanted = set().union(*map(profiles.pairs, profiles.every()))
    covered = set().union(*map(profiles.pairs, profiles.all_pairs()))

    assert wanted == covered


@pytest.mark.parametrize("answers", profiles.all_pairs(), ids=profiles.name_of)
def test_the_suite_is_green(answers, tmp_path, server):
    """In random order, one process and two; the folder's name holds a space and an umlaut."""
    project = projects.make(tmp_path / "große Halle" / "shop", answers)
    projects.connect(project, server)

    alone = project.pytest("-q").assert_green()
    shared = project.pytest("-q", "-n", "2").assert_green()

    assert shared.tests == alone.tests
    assert alone.skipped == shared.skipped == 0, alone.output
    projects.record(profiles.name_of(answers), project, "native", alone, shared)
