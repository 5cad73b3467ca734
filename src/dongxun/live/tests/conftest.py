"""A class with a camera of its own, and what the gateway says of it."""

import pytest
from django.urls import reverse

from dongxun.live import gateway
from dongxun.live.contracts import Source
from dongxun.live.queries import stream_key
from dongxun.live.tests.make import make_class


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR = tmp_path


@pytest.fixture
def live(cast):
    return make_class(cast.own.session, source=Source.ENCODER, url="")


@pytest.fixture
def tell(cast, live):
    """Say something as the gateway does; return the status."""

    def said(what, client="1", key=None, **more):
        address = reverse("live:gateway", args=[gateway.password(), what])
        form = {"name": stream_key(live) if key is None else key, "clientid": client, **more}
        return cast.client("public").post(address, form).status_code

    return said
