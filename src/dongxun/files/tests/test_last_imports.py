import pytest

from dongxun.files.models import ImportBatch, Upload
from dongxun.files.queries import last_imports
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.kernel.ids import new_id
from dongxun.kernel.together import ask

pytestmark = pytest.mark.django_db


def test_of_the_last_imports_those_with_rows_that_did_not_fit_are_named():
    by, now = Actor(ActorKind.ACCOUNT, new_id()), clock.now()
    values = {f.name: now for f in Upload._meta.fields if f.get_internal_type() == "DateTimeField"}
    upload = Upload.objects.create(name="名册.xlsx", size=1, **values)
    kept = {"upload": upload, "owner_id": by.id, "created_at": now, "checked_at": now}
    for state, counts in (("checked", {"bad": 3}), ("done", {"new": 1}), ("undone", {"bad": 2})):
        ImportBatch.objects.create(kind="x", state=state, counts=counts, **kept)
    [[found]] = ask(last_imports(by=by))
    assert (found.name, found.bad, found.checked_at) == ("名册.xlsx", 3, now)
    assert ask(last_imports(by=Actor.public())) == [[]]
