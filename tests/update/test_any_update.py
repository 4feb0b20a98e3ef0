"""Random answers, random edits: an update loses nothing in silence.

Two dozen cases, always the same; with NIGHTLY=1 hundreds, others each night. UPDATE_EXAMPLES sets another number.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.harness.profiles import is_asked

from .template import (
    ANSWERS,
    LATER,
    SEEDED,
    USER_OWNED,
    WORKING_TREE,
    commit,
    contents,
    git,
    merged,
    questions,
    releases,
    render,
    update,
    values,
)

NIGHTLY = os.environ.get("NIGHTLY") == "1"
EXAMPLES = int(os.environ.get("UPDATE_EXAMPLES") or (300 if NIGHTLY else 24))
FREE_TEXT = {
    "app_path": "shop.main:app",
    "metadata_path": "shop.models:Base",
    "ci_shards": 3,
    "database_variable": "DB_URL",
    "variables": {"SECRET_KEY": "test"},
    "model_modules": "shop.users.models shop.orders.models",
}


@st.composite
def some_answers(draw, asked: dict[str, dict]) -> dict:
    """Answers that a version may be given; unfit combinations are refused by the template itself."""
    answers = {}
    for name, question in asked.items():
        offered = values(question)
        if question.get("ask") is False:
            continue
        if question.get("multiselect"):
            answers[name] = [each for each in offered if draw(st.booleans())]
        elif offered is not None:
            answers[name] = draw(st.sampled_from(offered))
        elif question["type"] == "bool":
            answers[name] = draw(st.booleans())
        elif name in FREE_TEXT and draw(st.booleans()):
            answers[name] = FREE_TEXT[name]
    # Copier records no answer to a question that is not asked, so none is given.
    return {name: answer for name, answer in answers.items() if is_asked(asked[name], answers)}


@pytest.mark.timeout(60 * EXAMPLES)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=not NIGHTLY, database=None,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(data=st.data())
def test_no_line_is_lost(clone, data):
    release = data.draw(st.sampled_from(sorted(releases())), label="from")
    target = data.draw(st.sampled_from([WORKING_TREE, LATER]), label="to")
    answers = data.draw(some_answers(questions(release)), label="answers")
    folder = Path(tempfile.mkdtemp())
    try:
        check(clone, folder, release, target, answers, data)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check(clone, folder, release, target, answers, data):
    try:
        project = render(clone, release, folder / "old", answers)
        # The questions that were not asked keep their defaults: what counts is what the project recorded.
        fresh = render(clone, target, folder / "fresh", answers)
    except ValueError:
        assume(False)
    text_files = sorted(path for path, text in contents(project).items() if text and path != ANSWERS)
    edits = data.draw(
        st.lists(
            st.tuples(st.sampled_from(text_files), st.floats(0, 1)),
            max_size=6,
            unique_by=lambda e: e[0],
        ),
        label="edits",
    )
    for number, (path, where) in enumerate(edits):
        lines = (project / path).read_text("utf-8").splitlines(keepends=True)
        lines.insert(round(where * len(lines)), f"# edit {number} of the user\n")
        (project / path).write_text("".join(lines), "utf-8")
    commit(project, "project")
    before = contents(project)

    update(project, target)

    after, expected = contents(project), merged(contents(fresh))
    conflicts = {line.split("\t")[1] for line in git(project, "ls-files", "--unmerged").splitlines()}
    for path, text in before.items():
        if SEEDED.match(path) or USER_OWNED.match(path):
            assert after.get(path) == text, f"{path} is the user's, and was changed"
    for number, (path, _) in enumerate(edits):
        mark = b"# edit %d of the user\n" % number
        assert mark in after.get(path, b""), f"the edit of {path} is lost"
        if path in expected:
            if path in conflicts:
                assert b"<<<<<<< " in after[path], f"{path} is unmerged, but has no markers"
            else:
                assert after[path].replace(mark, b"") == expected[path], (
                    f"{path} has neither the new text nor a conflict"
                )
    assert merged(after).keys() == expected.keys()
    edited = {path for path, _ in edits}
    for path, text in expected.items():
        if path not in edited:
            assert merged(after)[path] == text, f"{path} is not as in a fresh render"
