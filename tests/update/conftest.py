import os
from pathlib import Path

import pytest

from .template import make_clone


@pytest.fixture(scope="session", autouse=True)
def _own_copier_settings(tmp_path_factory):
    """The developer's own Copier and git settings do not count."""
    folder = tmp_path_factory.mktemp("settings")
    (folder / "settings.yml").write_text("{}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COPIER_SETTINGS_PATH", str(folder / "settings.yml"))
        patch.setenv("COPIER_CACHE_DIR", str(folder / "cache"))
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        yield


@pytest.fixture(scope="session")
def clone(tmp_path_factory) -> Path:
    """The template as a git repository in which every version has its tag."""
    return make_clone(tmp_path_factory.mktemp("clone"))
