"""The template without Copier's surroundings: every text that it renders, in some hundredths of a second.

For tests of many combinations of answers; one of them proves that Copier writes the same.
"""

import functools
from pathlib import Path
from typing import Any

import yaml
from copier._main import Worker

from .profiles import questions
from .rendering import template_source

SUFFIX = ".jinja"


@functools.cache
def _environment():
    """Copier's own, with its filters; it keeps what it has compiled."""
    environment = Worker(str(template_source())).jinja_env
    environment.cache = {}  # every template, not the 400 used last
    return environment


@functools.cache
def _of_text(text: str):
    return _environment().from_string(text)


@functools.cache
def _paths() -> list[tuple[tuple[str, ...], str]]:
    """Of every file of the template: the parts of its path, and its name for Jinja."""
    root = template_source()
    files = sorted(path for path in (root / "template").rglob("*") if path.is_file())
    return [(path.relative_to(root / "template").parts, path.relative_to(root).as_posix()) for path in files]


def complete(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers, and for every other question its default."""
    known = {**answers, "_copier_conf": {"dst_path": "/no/such/folder", "answers_file": ""}}
    for name, question in questions().items():
        if name.startswith("_") or name in answers:
            continue
        value = question["default"]
        if isinstance(value, str):
            value = _of_text(value).render(known)
            value = value if question["type"] == "str" else yaml.safe_load(value)
        known[name] = value
    return known


def rendered(answers: dict[str, Any]) -> dict[str, str]:
    """The texts by path, without the file of answers."""
    known, found = complete(answers), {}
    for parts, template in _paths():
        names = [_of_text(part).render(known) if "{" in part else part for part in parts]
        if not all(names) or names[-1] == SUFFIX:
            continue
        path = "/".join(names)
        if not template.endswith(SUFFIX):
            found[path] = _plain(template)
        elif path != SUFFIX:
            found[path.removesuffix(SUFFIX)] = _environment().get_template(template).render(known)
    return found


@functools.cache
def _plain(name: str) -> str:
    return Path(template_source(), name).read_text(encoding="utf-8")
