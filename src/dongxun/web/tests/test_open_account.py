from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from dongxun.access.models import Account, GrantRow
from dongxun.organisations.tests.make import make_district
from dongxun.web.management.commands.open_account import Command


def open_account(monkeypatch, password, *arguments):
    monkeypatch.setattr(Command, "password", lambda _self: password)
    out = StringIO()
    call_command("open_account", *arguments, stdout=out)
    return out.getvalue()


def test_first_account_of_an_installation_can_sign_in(db, monkeypatch):
    district = make_district()["district"]
    said = open_account(monkeypatch, "plum-blossom-7", "li", "--organisation", district.name)
    assert said == "li can sign in.\n"
    assert Account.objects.get().check_password("plum-blossom-7")
    assert GrantRow.objects.get().role == "office"


def test_first_account_with_a_short_password_is_refused_in_words(db, monkeypatch):
    district = make_district()["district"]
    with pytest.raises(CommandError, match="密码至少要 10 个字"):
        open_account(monkeypatch, "short", "li", "--organisation", district.name)
    assert not Account.objects.exists()
