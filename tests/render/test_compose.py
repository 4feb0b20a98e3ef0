"""docker-compose.test.yml: what every combination of servers keeps to."""

import re
import subprocess
import sys

import pytest

from tests.render.deployment import CASES, chosen, compose, project, table

WITH_SERVERS = [case for case in CASES if chosen(case)]
SERVICES = [(case, name) for case in WITH_SERVERS for name in chosen(case)]


def test_every_server_of_the_table_is_described_alike():
    entries = list(table().values())

    assert all(set(entries[0]) <= set(entry) for entry in entries)
    assert all(set(entry) - {"management"} == set(entries[0]) for entry in entries)


def test_no_two_servers_of_the_table_share_a_port_and_no_outgoing_connection_takes_it():
    """From 32768 on, Linux gives them to connections; other systems from 49152 on."""
    ports = [entry["test_port"] for entry in table().values()]
    ports += [entry["management"]["test_port"] for entry in table().values() if "management" in entry]

    assert len(ports) == len(set(ports))
    assert all(1024 < port < 32768 for port in ports)


@pytest.mark.parametrize("case", [case for case in CASES if not chosen(case)])
def test_without_a_server_there_is_no_compose_file(case):
    assert not list(project(case).glob("docker-compose*"))


@pytest.mark.parametrize("case", WITH_SERVERS)
def test_it_holds_the_chosen_servers_in_the_order_of_the_table(case):
    assert list(compose(case)["services"]) == chosen(case)
    assert [name for name in table() if name in chosen(case)] == chosen(case)


@pytest.mark.parametrize("case", WITH_SERVERS)
def test_its_name_is_one_that_compose_accepts(case):
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*", compose(case)["name"])


@pytest.mark.parametrize("case", WITH_SERVERS)
def test_it_is_valid_and_so_are_the_users_additions(case):
    files = sorted(project(case).glob("docker-compose*.yml"))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run([*command, *files], capture_output=True, text=True)

    assert len(files) == 2
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "version" not in compose(case)
    assert compose(case)["include"] == ["docker-compose.test.override.yml"]


@pytest.mark.parametrize(("case", "name"), SERVICES)
def test_a_server_listens_on_this_machine_alone_and_on_a_port_that_can_be_moved(case, name):
    text = (project(case) / "docker-compose.test.yml").read_text(encoding="utf-8")
    section = text.split(f"\n  {name}:\n")[1].split("\n\n")[0]
    variable = f"TEST_{name.upper()}"

    assert re.search(rf"- 127\.0\.0\.1:\$\{{{variable}_PORT:-\d+\}}:\d+\n", section)
    for published in compose(case)["services"][name]["ports"]:
        address, outside, inside = published.split(":")
        assert address == "127.0.0.1"
        assert outside != inside, "clashes with a server that is installed on the machine"


@pytest.mark.parametrize(("case", "name"), SERVICES)
def test_a_server_is_waited_for_and_keeps_its_data_in_memory(case, name):
    service = compose(case)["services"][name]

    assert set(service["healthcheck"]) >= {"test", "interval", "timeout", "retries", "start_period"}
    assert service["tmpfs"].startswith("/")


@pytest.mark.parametrize(("case", "name"), SERVICES)
def test_an_image_is_named_by_its_major_version(case, name):
    image, _, tag = compose(case)["services"][name]["image"].partition(":")

    assert image
    assert re.match(r"\d+(\.\d+)*(-\w+)*$", tag), tag


@pytest.mark.parametrize(("case", "name"), SERVICES)
def test_the_fixtures_look_where_the_compose_file_publishes(case, name):
    module = (project(case) / "tests/support" / f"{name}.py").read_text(encoding="utf-8")
    ports = [published.split(":")[1] for published in compose(case)["services"][name]["ports"]]

    assert table()[name]["url_variable"] in module
    for port in ports:
        assert re.search(rf"\b{port}\b", module), port
