# Template-owned: "copier update" merges changes into this file. Extend it in tests/conftest.py.
"""Unit tests cannot open a network connection."""

import socket

import pytest
import pytest_socket


def test_a_unit_test_cannot_open_a_socket():
    with pytest.raises(pytest_socket.SocketBlockedError):
        socket.create_connection(("127.0.0.1", 9))
