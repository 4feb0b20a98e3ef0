"""Render the working tree's template in this process (some 0.3 s each)."""

import functools
import shutil
import tempfile
from pathlib import Path

import copier
import jinja2

ROOT = Path(__file__).parents[2]
SOURCES = ("copier.yml", "template", "includes")
_compile = jinja2.Environment.compile
_compiled: dict[tuple, object] = {}


def _compile_once(self: jinja2.Environment, source, name=None, filename=None, raw=False, defer_init=False):
    """Copier makes an environment for every run, all of them alike: more than half of the time went into compiling."""
    if raw or not isinstance(source, str):
        return _compile(self, source, name, filename, raw, defer_init)
    options = (type(self), self.trim_blocks, self.lstrip_blocks, self.keep_trailing_newline, *sorted(self.extensions))
    key = (source, name, filename, defer_init, *options)
    if key not in _compiled:
        _compiled[key] = _compile(self, source, name, filename, raw, defer_init)
    return _compiled[key]


jinja2.Environment.compile = _compile_once


@functools.cache
def template_source() -> Path:
    """A clean copy of the template as it stands, uncommitted changes included.

    It is a plain folder, so that Copier renders it as it is instead of looking for the newest tag.
    """
    folder = Path(tempfile.mkdtemp(prefix="copier-template-"))
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return folder


def render(destination: Path, *, defaults: bool = True, quiet: bool = True, **answers) -> Path:
    """Render a project, as `copier copy` without --trust does.

    Args:
        destination: the folder of the project.
        defaults: take the default of every question that `answers` leaves open, instead of asking.
        quiet: print nothing.
        answers: by question; the brokers as a list.
    """
    copier.run_copy(
        str(template_source()),
        str(destination),
        data=answers,
        defaults=defaults,
        quiet=quiet,
        unsafe=False,
        settings=copier.Settings(),  # not those of the person at work
    )
    return destination
