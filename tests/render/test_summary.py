"""tests/support/summary.py: JUnit reports as Markdown, by the Python that is there."""

import subprocess
import sys

import pytest

from tests.harness.rendering import ROOT

SCRIPT = ROOT / "template/tests/support/summary.py"
TESTS = """
import pytest

class TestCart:
    def test_total(self):
        assert {"total": 1} == {"total": 2}

@pytest.fixture
def server():
    raise ConnectionError("redis: no server answers.\\n  docker compose up")

@pytest.mark.parametrize("number", [1, 2])
def test_cart(server, number):
    pass

@pytest.mark.skip(reason="later")
def test_later():
    pass

@pytest.mark.parametrize("name", ["a.b"])
def test_names(name):
    pass
"""


def summary(folder, *reports: str) -> str:
    command = [sys.executable, "-I", str(SCRIPT), *reports]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """A folder with two reports: of unit tests that fail, and of an end-to-end test that passes."""
    folder = tmp_path_factory.mktemp("reported")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:randomly -p no:cacheprovider\n")
    for layer, name, text in (
        ("unit", "test_cart", TESTS),
        ("unit", "test_broken", "import not_there\n"),
        ("e2e", "test_journey", "def test_all():\n    pass\n"),
    ):
        (folder / "tests" / layer).mkdir(parents=True, exist_ok=True)
        (folder / "tests" / layer / f"{name}.py").write_text(text)
    for layer in ("unit", "e2e"):
        options = [f"tests/{layer}", f"--junitxml={layer}.xml", "--continue-on-collection-errors", "-q"]
        subprocess.run([sys.executable, "-m", "pytest", *options], cwd=folder, capture_output=True)
    return folder


def test_each_layer_has_a_row(reported):
    text = summary(reported, "unit.xml", "e2e.xml")

    rows = [line.rsplit("|", 2)[0] for line in text.splitlines() if line.startswith("| ")]
    assert rows == ["| layer | tests | failed | skipped ", "| unit | 6 | 4 | 1 ", "| e2e | 1 | 0 | 0 "]


def test_each_failure_is_named_as_pytest_takes_it_and_shows_its_first_lines(reported):
    text = summary(reported, "unit.xml")

    assert "**`tests/unit/test_cart.py::TestCart::test_total`**\n\n    AssertionError: assert {'total': 1} ==" in text
    both = "**`tests/unit/test_cart.py::test_cart[1]`**<br>**`tests/unit/test_cart.py::test_cart[2]`**"
    assert f"{both}\n\n    ConnectionError: redis: no server answers." in text
    assert "\n      docker compose up" in text
    assert "**`tests/unit/test_broken.py`**\n\n    ModuleNotFoundError: No module named 'not_there'" in text
    assert "test_names" not in text


def test_without_a_report_it_says_so(tmp_path):
    assert summary(tmp_path, "reports/*.xml") == "No test ran.\n"
