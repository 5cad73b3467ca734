import stat
import sys

import pytest
from cryptography import x509

from dongxun.web import certificate, serve
from dongxun.web.config import ConfigError, load, origins


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


@pytest.mark.parametrize(
    ("hosts", "lan", "address"),
    [
        (["localhost", "127.0.0.1"], False, "http://localhost:8001"),
        (["localhost", "127.0.0.1", "192.0.2.7"], True, "https://192.0.2.7:8001"),
        (["localhost", "127.0.0.1"], True, "https://localhost:8001"),
    ],
)
def test_links_in_texts_lead_to_what_is_served(hosts, lan, address):
    assert serve._address(hosts, 8001, lan=lan) == address


def test_the_personal_link_is_printed_whole(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DONGXUN_VAR", str(tmp_path))
    (tmp_path / serve.ACCOUNTS).write_text("林小满的手机：\n  /l/T8WEFK8YE25J1E0D/\n")
    serve._announce(load(), ["localhost", "127.0.0.1"], 8001, lan=False)
    assert "  http://localhost:8001/l/T8WEFK8YE25J1E0D/\n" in capsys.readouterr().out


def test_a_new_installation_says_how_its_first_account_is_opened(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DONGXUN_VAR", str(tmp_path))
    serve._announce(load(), ["localhost"], 8001, lan=False, is_new=True)
    assert "manage.py open_account office" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("where", "reached"), [(":8004", ["https://training.example:8004"]), ("proxy:8004", [])]
)
def test_players_may_reach_the_port_on_which_video_is_handed_out(monkeypatch, where, reached):
    monkeypatch.setenv("DONGXUN_VIDEO", where)
    monkeypatch.setenv("DONGXUN_HOSTS", "training.example,[::1]")
    monkeypatch.setenv("DONGXUN_HTTPS", "1")
    config = load()
    assert origins(config, config.video) == reached


def test_where_video_is_handed_out_is_a_port(monkeypatch):
    monkeypatch.setenv("DONGXUN_VIDEO", "8004")
    with pytest.raises(ConfigError, match="proxy:8004"):
        load()
