import socket

import pytest

from tests.guards import NetworkUsed


def test_network_beyond_this_machine_is_refused():
    with socket.socket() as client, pytest.raises(NetworkUsed):
        client.connect(("192.0.2.1", 80))
