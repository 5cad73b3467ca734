"""To which units the phone of a session's helper belongs: those that hold the session."""

from dongxun.access.contracts import LinkPurpose
from dongxun.activities.models import Session
from dongxun.kernel.actors import Actor
from dongxun.kernel.passed import Belonging


def of_helper(by: Actor) -> Belonging:
    """Return the hosts of the sessions at which a phone helps."""
    linked = by.linked(LinkPurpose.HELPER)
    rows = Session.objects.filter(id__in=linked) if linked else Session.objects.none()
    return Belonging(tuple(dict.fromkeys(rows.values_list("host_id", flat=True))))
