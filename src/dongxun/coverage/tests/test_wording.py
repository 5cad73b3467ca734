"""The office words what figures mean: pages and papers say it so, and no figure moves."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from dongxun.coverage import api
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.models import AuditEntry, Event
from dongxun.organisations.tests.make import SYSTEM
from dongxun.seasons import api as seasons

pytestmark = pytest.mark.django_db
OWN = "到过一次就算覆盖"


def word(cast, key="reached", **words):
    api.word_definition(by=SYSTEM, season_id=cast.season.id, key=key, words=words)


def said(cast, key="reached"):
    return api.definition(key, seasons.rules(cast.season.id).wordings)


def test_own_words_stand_in_their_language_alone_and_move_no_figure(cast):
    usual = api.definition("reached")
    Event.objects.all().delete()

    for _ in range(2):
        word(cast, formula_zh=f" {OWN} ", excludes_zh=str(usual.excludes))

    with translation.override("zh-hans"):
        found = said(cast)
        assert (found.formula, found.excludes) == (OWN, usual.excludes)
        assert found.owner != usual.owner
    with translation.override("en"):
        assert said(cast) == usual
    assert said(cast, "rigor") == api.definition("rigor")
    assert not Event.objects.exists()
    [entry] = AuditEntry.objects.filter(action="seasons.set_wordings")
    assert entry.detail["changed"] == {"formula_zh": ["", OWN]}
    copied = seasons.copy_season(by=SYSTEM, season_id=cast.season.id, name="明年")
    assert seasons.rules(copied.id).wordings == seasons.rules(cast.season.id).wordings

    word(cast)
    assert seasons.rules(cast.season.id).wordings == ()
    with pytest.raises(NotFound):
        word(cast, "nonsense")
    with pytest.raises(Invalid):
        word(cast, formula_en="x" * 401)


def test_the_office_changes_the_words_that_everybody_reads(cast):
    client, public = cast.client("office"), reverse("coverage:definitions")
    change = reverse("coverage:wording", args=[cast.season.id, "reached"])
    assert change in client.get(public).content.decode()
    assert change not in cast.client("organiser").get(public).content.decode()
    shown = client.get(change).content.decode()
    assert str(api.definition("reached").formula) in shown

    refused = client.post(change, {"formula_zh": OWN * 60})
    assert (refused.status_code, OWN in refused.content.decode()) == (422, True)
    assert client.post(change, {"formula_zh": OWN}).status_code == 302
    pages = (public, reverse("coverage:statistics"), reverse("web:home"))
    assert all(OWN in client.get(page).content.decode() for page in pages)
    for reader in (Client(), cast.client("member")):
        assert OWN in reader.get(public).content.decode()

    assert cast.client("organiser").post(change, {"formula_zh": "别的"}).status_code == 403
    assert client.post(change, {"back": "1", "formula_zh": "别的"}).status_code == 302
    assert seasons.rules(cast.season.id).wordings == ()
