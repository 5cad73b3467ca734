"""Preferences, the style guide, the service worker's door, and how refusals look."""

import pytest
from django.test import Client
from django.urls import reverse

from dongxun.kit import samples

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "value", "cookie"),
    [("theme", "dark", "dxtheme"), ("elder", "2", "dxelder"), ("language", "en", "dxlang")],
)
def test_a_preference_is_kept_in_a_cookie_and_leads_back(client: Client, name, value, cookie):
    answer = client.post(
        reverse("kit:preference", args=[name]), {"value": value, "next": "/styleguide/?a=1"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/styleguide/?a=1")
    assert answer.cookies[cookie].value == value


def test_an_empty_preference_forgets_the_cookie(client: Client):
    client.cookies["dxelder"] = "1"
    answer = client.post(reverse("kit:preference", args=["elder"]), {"value": ""})
    assert answer.cookies["dxelder"]["max-age"] == 0


@pytest.mark.parametrize(
    "next_", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x"]
)
def test_a_preference_never_leads_to_another_site(client: Client, next_):
    answer = client.post(
        reverse("kit:preference", args=["theme"]), {"value": "dark", "next": next_}
    )
    assert answer["Location"] == "/"


def test_a_made_up_preference_is_refused_in_plain_words(client: Client):
    assert client.post(reverse("kit:preference", args=["theme"]), {"value": "x"}).status_code == 422
    assert client.post(reverse("kit:preference", args=["x"]), {"value": "x"}).status_code == 404
    assert client.get(reverse("kit:preference", args=["theme"])).status_code == 405


def test_the_page_follows_the_cookies(client: Client):
    client.cookies.load({"dxtheme": "dark", "dxelder": "1"})
    html = client.get("/styleguide/").content.decode()
    assert 'lang="zh-CN" data-theme="dark" data-elder="1"' in html
    assert "style=" not in html


@pytest.mark.parametrize("page", samples.PAGES)
def test_the_style_guide_shows_every_page_without_inline_style(client: Client, page):
    answer = client.get(f"/styleguide/{page}/?theme=dark&elder=2")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert " style=" not in html
    assert 'data-elder="2"' in html


def test_an_unknown_page_of_the_style_guide_is_a_calm_404(client: Client):
    answer = client.get("/styleguide/nonsense/")
    assert answer.status_code == 404
    assert "回首页" in answer.content.decode()


def test_a_refusal_in_a_fragment_goes_beside_the_form_not_over_it(client: Client):
    answer = client.get("/styleguide/nonsense/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (404, "#refusal")
    assert "<html" not in answer.content.decode()


def test_the_offline_page_and_the_app_description_are_served(client: Client):
    assert "手机" in client.get("/offline/").content.decode()
    assert client.get("/manifest.webmanifest").json()["start_url"] == "/"


def test_a_kept_page_can_ask_for_a_fresh_form_token(client: Client):
    answer = client.get("/token/")
    assert len(answer.json()["token"]) == 64
    assert "no-store" in answer["Cache-Control"]
