"""Where a member who lives elsewhere stands, in one word."""

from dongxun.kernel import clock
from dongxun.people.contracts import StayState
from dongxun.people.models import ReportIn, Stay


def settle(stay: Stay) -> None:
    """Work out the one word for where the member stands, and keep it."""
    report = ReportIn.objects.filter(stay=stay, closed_at=None).first()
    stay.state = StayState.AWAY
    if stay.back_on is not None:
        stay.state = StayState.BACK
    elif stay.lost_on is not None:
        stay.state = StayState.LOST
    elif report is not None:
        is_settled = report.host_at is not None and report.home_at is not None
        stay.state = StayState.RECEIVED if is_settled else StayState.WAITING
    save(stay)


def save(stay: Stay) -> None:
    """Keep a line, one version on."""
    stay.version += 1
    stay.updated_at = clock.now()
    stay.save()
