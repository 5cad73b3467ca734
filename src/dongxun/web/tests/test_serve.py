import stat
import sys

import pytest
from cryptography import x509

from dongxun.web import certificate, serve


def test_certificate_names_every_address_and_keeps_its_key_private(tmp_path):
    path, key = certificate.ensure(tmp_path, ["localhost", "192.0.2.7"])
    loaded = x509.load_pem_x509_certificate(path.read_bytes())
    names = loaded.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == ["localhost", "192.0.2.7"]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_certificate_is_kept_until_the_addresses_change(tmp_path):
    first = certificate.ensure(tmp_path, ["localhost"])[0].read_bytes()
    assert certificate.ensure(tmp_path, ["localhost"])[0].read_bytes() == first
    assert certificate.ensure(tmp_path, ["localhost", "192.0.2.7"])[0].read_bytes() != first


def test_serve_on_a_taken_port_says_what_to_type(monkeypatch):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(sys, "argv", ["serve", "--port", str(port)])
        with pytest.raises(SystemExit, match=f"make run PORT={port + 1}"):
            serve.main()
