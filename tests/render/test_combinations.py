"""Every combination of answers renders, compiles and is clean in ruff.

The answers come from copier.yml, so that a new choice is covered at once. NIGHTLY=1 renders every
combination, otherwise every triple of answers is covered.
"""

import ast
import itertools
import os
import random
import subprocess
import sys

import pytest

from tests.harness import profiles
from tests.harness.rendering import render

RULES = "E,F,I,UP,B,SIM,RUF"


def triples(answers: dict) -> set:
    facts = [(name, value) for name, value in answers.items() if name != "brokers"]
    facts += [(broker, broker in answers["brokers"]) for broker in profiles.brokers()]
    return set(itertools.combinations(sorted(facts, key=str), 3))


def covering(every: tuple[dict, ...]) -> list[dict]:
    """A small set of combinations in which every valid triple of answers occurs (greedy)."""
    order = random.Random(0)
    left = set().union(*map(triples, every))
    chosen = []
    while left:
        sample = order.sample(every, min(40, len(every)))
        best = max(sample, key=lambda answers: len(triples(answers) & left))
        if not triples(best) & left:
            best = next(answers for answers in every if triples(answers) & left)
        left -= triples(best)
        chosen.append(best)
    return chosen


def details(number: int, answers: dict) -> dict:
    """Answers that change little, one way in one project and the other way in the next."""
    found = {"project_name": "billing", "embedded_servers": number % 2 == 0, "ci_shards": 1 + number % 3}
    if answers["scope"] == "service":
        found["dependency_injection"] = "injectq" if number % 2 else "none"
    if answers["scope"] == "tests":
        found["metadata_path"] = "app.models:Base"
        if answers["framework"] == "external":
            found["start_command"] = "node server.js" if number % 2 else ""
        elif answers["framework"] != "none":
            found["app_path"] = "app.main:create_app" if number % 2 else "app.main:app"
    return found


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("combinations")
    every = profiles.every()
    chosen = every if os.environ.get("NIGHTLY") else covering(every)
    return {
        render(folder / f"p{number}", **answers, **details(number, answers)): answers
        for number, answers in enumerate(chosen)
    }


def test_the_chosen_combinations_cover_every_triple():
    every = profiles.every()

    covered = set().union(*map(triples, covering(every)))

    assert covered == set().union(*map(triples, every))


def test_every_combination_is_valid_python_of_its_oldest_version(rendered):
    for project, answers in rendered.items():
        oldest = (3, 10) if answers["scope"] == "tests" else (3, 11)
        for path in project.rglob("*.py"):
            ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=oldest)


@pytest.mark.parametrize(
    "command", [["check", "--select", RULES, "--ignore", "SIM117"], ["format", "--check"]], ids=lambda words: words[0]
)
def test_every_combination_is_clean_in_ruff(rendered, command):
    folder = next(iter(rendered)).parent
    options = ["--isolated", "--line-length", "100", "--target-version", "py310", "--no-cache"]
    if command[0] == "check":
        ours = 'lint.isort.known-first-party=["tests", "support", "billing"]'
        options += ["--output-format", "concise", "--config", ours]
    result = subprocess.run(
        [sys.executable, "-m", "ruff", *command, *options, "."], cwd=folder, capture_output=True, text=True
    )

    assert result.returncode == 0, result.stdout[-5000:] + result.stderr
