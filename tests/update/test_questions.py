"""The questions are a contract with every project that was ever made (see CONTRIBUTING.md)."""

import pytest

from .template import WORKING_TREE, questions, releases, settings, values


@pytest.fixture(params=releases())
def release(request):
    return request.param


@pytest.fixture
def old(release):
    return questions(release)


@pytest.fixture
def new():
    return questions(WORKING_TREE)


def test_no_question_is_removed(old, new):
    assert old.keys() - new.keys() == set()


def test_no_question_changes_its_type(old, new):
    def kind(question):
        return question["type"], bool(question.get("multiselect"))

    assert {name: kind(new[name]) for name in old} == {name: kind(question) for name, question in old.items()}


def test_no_value_is_removed(old, new):
    removed = {
        name: sorted(set(values(question)) - set(values(new[name]) or []), key=str)
        for name, question in old.items()
        if values(question) is not None
    }
    assert {name: gone for name, gone in removed.items() if gone} == {}


def test_free_text_stays_free(old, new):
    assert [name for name in old if values(old[name]) is None and values(new[name]) is not None] == []


def test_every_new_question_has_a_default(old, new):
    assert [name for name in new.keys() - old.keys() if "default" not in new[name]] == []


def test_settings_that_old_projects_depend_on_are_kept(release):
    old, new = settings(release), settings(WORKING_TREE)

    assert set(old["_skip_if_exists"]) <= set(new["_skip_if_exists"]), "a user-owned file would become the template's"


def test_migrations_have_a_script():
    """A migration asks every user for --trust: it needs a script in hooks/migrations, and a test of its own."""
    for migration in settings(WORKING_TREE).get("_migrations", []):
        assert "hooks/migrations/" in str(migration["command"]), migration
