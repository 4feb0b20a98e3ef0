"""What rendering costs, as ratios measured side by side in one run.

    uv run benchmarks/render.py [ROUNDS]

Every round runs each case once, in random order: "copier copy" of the default and of the full profile,
each against a plain template that holds the same number of files, in the same folders and of the same
size, without questions or logic; and "copier update" of the default profile against "copier copy".
Two more say what is Copier's share: that plain template with our questions, and its own update.
All of them as a user runs them: one process each, from a git repository with a tag.
"""

import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ("copier.yml", "template", "includes")
FULL = ["-d", "database=postgresql", "-d", "brokers=[redis, rabbitmq]", "-d", "async_database=true"]
# (measured : reference, at most)
GOALS = {("default", "plain default"): 1.15, ("full", "plain full"): 1.15, ("update", "default"): 2.2}
FLOORS = [("questions alone", "plain default"), ("plain update", "plain default")]


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@localhost"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, tag: str | None = None) -> None:
    if not (folder / ".git").exists():
        git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "state")
    if tag:
        git(folder, "tag", tag)


def copier(*arguments: str | Path, cwd: Path) -> float:
    """Run Copier in a process of its own.

    Returns:
        Wall time in seconds.
    """
    started = time.perf_counter()
    command = [sys.executable, "-m", "copier", *map(str, arguments)]
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(command)}\n{result.stderr}")
    return time.perf_counter() - started


def plain_template(rendered: Path, folder: Path) -> Path:
    """A template of the same files as `rendered`: each a template, none with logic."""
    (folder / "template").mkdir(parents=True)
    (folder / "copier.yml").write_text("_subdirectory: template\n_templates_suffix: .jinja\n")
    answers = "{{ _copier_conf.answers_file }}.jinja"
    (folder / "template" / answers).write_text("{{ _copier_answers | to_nice_yaml }}")
    for file in rendered.rglob("*"):
        name = file.relative_to(rendered)
        if file.is_file() and name.parts[0] not in (".git", ".copier-answers.yml"):
            copy = folder / "template" / f"{name}.jinja"
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text("{% raw %}" + file.read_text() + "{% endraw %}")
    commit(folder, "v1.0.0")
    return folder


def main(rounds: int) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        ours = work / "ours"
        ours.mkdir()
        for name in SOURCES:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, ours / name)
        commit(ours, "v1.0.0")

        counter = iter(range(10**6))

        def target() -> Path:
            return work / f"out{next(counter)}" / "service"

        def copy_of(template: Path, *answers: str):
            return lambda: copier("copy", "--defaults", "-q", *answers, template, target(), cwd=work)

        sizes, plain = {}, {}
        for name, answers in {"default": [], "full": FULL}.items():
            rendered = target()
            copier("copy", "--defaults", "-q", *answers, ours, rendered, cwd=work)
            sizes[name] = sum(path.is_file() for path in rendered.rglob("*"))
            plain[name] = plain_template(rendered, work / f"plain-{name}")

        def update_of(template: Path):
            project = target()
            copier("copy", "--defaults", "-q", template, project, cwd=work)
            commit(project)
            commit(template, "v1.1.0")

            def update() -> float:
                git(project, "reset", "-q", "--hard")
                git(project, "clean", "-fdq")
                return copier("update", "--defaults", "-q", cwd=project)

            return update

        questions = shutil.copytree(plain["default"], work / "questions")
        shutil.copy(ROOT / "copier.yml", questions)
        shutil.copytree(ROOT / "includes", questions / "includes")
        commit(questions, "v1.2.0")

        cases = {
            "default": copy_of(ours),
            "full": copy_of(ours, *FULL),
            "plain default": copy_of(plain["default"]),
            "plain full": copy_of(plain["full"]),
            "update": update_of(ours),
            "questions alone": copy_of(questions),
            "plain update": update_of(plain["default"]),
        }
        seconds: dict[str, list[float]] = {name: [] for name in cases}
        for _ in range(rounds):
            for name in random.sample(list(cases), len(cases)):
                seconds[name].append(cases[name]())

        median = {name: statistics.median(times) for name, times in seconds.items()}
        print(f"{rounds} rounds; files: default {sizes['default']}, full {sizes['full']}\n")
        for name, value in median.items():
            print(f"{name:15} {value * 1000:7.0f} ms")
        print()
        missed = 0
        for (name, reference), goal in GOALS.items():
            ratio = median[name] / median[reference]
            missed += ratio > goal
            verdict = "reached" if ratio <= goal else "MISSED"
            print(f"{name} : {reference:15} {ratio:5.2f}   goal {goal:.2f}   {verdict}")
        for name, reference in FLOORS:
            print(f"{name} : {reference:15} {median[name] / median[reference]:5.2f}")
        return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 15))
