# Seeded: yours from now on, "copier update" never touches it again.
"""Every folder here that has entrypoints/<kind>.py is a feature: nothing else names it."""

import importlib
import pkgutil
from collections.abc import Iterator
from importlib.util import find_spec
from types import ModuleType


def import_features() -> None:
    """Import every module here, so that all tables are registered."""
    package = importlib.import_module(__name__.rpartition(".")[0])
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)


def entry_points(kind: str) -> Iterator[tuple[str, ModuleType]]:
    """The name of each feature, with its module entrypoints/<kind>.py."""
    package = __name__.rpartition(".")[0]
    for feature in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
        folder = f"{feature.name}.entrypoints"
        if feature.ispkg and find_spec(folder) and find_spec(f"{folder}.{kind}"):
            yield feature.name.rpartition(".")[2], importlib.import_module(f"{folder}.{kind}")
