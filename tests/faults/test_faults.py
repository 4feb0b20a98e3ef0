"""The rendered tests notice realistic bugs: a sample at every run, all of them with NIGHTLY=1."""

import os

import pytest

from tests.faults.faults import FAULTS
from tests.faults.run import Workshop, place, record
from tests.harness import profiles, projects
from tests.harness.rendering import render

NIGHTLY = os.environ.get("NIGHTLY") == "1"
SERVICE = {"scope": "service", "redis_server": "redis", "async_database": False}
DEFAULT = {**SERVICE, "framework": "fastapi", "database": "sqlite", "brokers": []}
FLASK = {**SERVICE, "framework": "flask", "database": "mariadb", "brokers": ["redis"]}
DJANGO = {**SERVICE, "framework": "django", "database": "postgresql", "brokers": ["rabbitmq"]}
PROFILES = [
    DEFAULT,
    FLASK,
    DJANGO,
    {**SERVICE, "framework": "litestar", "database": "mongodb", "async_database": True, "brokers": ["nats"]},
    {**SERVICE, "framework": "none", "database": "sqlite", "brokers": ["kafka", "mqtt"]},
    {**DEFAULT, "database": "postgresql", "async_database": True, "brokers": ["redis", "rabbitmq"]},
]
SAMPLED, SAMPLE = (DEFAULT, FLASK, DJANGO), 3


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rendered")
    return [render(folder / profiles.name_of(answers), **answers) for answers in PROFILES]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_text_of_a_fault_is_in_some_project(rendered, fault):
    assert any(place(project, fault) for project in rendered), f"{fault.file} has no {fault.old!r}"


def test_names_are_unique():
    names = [fault.name for fault in FAULTS]

    assert sorted(set(names)) == sorted(names)


@pytest.mark.timeout(3600 if NIGHTLY else 1800)
@pytest.mark.parametrize("answers", PROFILES if NIGHTLY else SAMPLED, ids=profiles.name_of)
def test_faults_are_noticed_in_their_layer(answers, tmp_path, server):
    project = projects.connect(projects.make(tmp_path / "shop", answers), server)
    faults = [fault for fault in FAULTS if place(project.folder, fault)]
    if not NIGHTLY:  # other faults for each profile
        faults = faults[SAMPLED.index(answers) :: len(faults) // SAMPLE]

    missed = []
    with Workshop.of(project.folder, project.environment()) as workshop:
        workshop.assert_clean(faults)
        for fault in faults:
            outcome = workshop.try_fault(fault)
            if NIGHTLY:
                record(profiles.name_of(answers), [outcome])
            if not outcome.caught:
                missed.append(outcome)

    assert missed == []
