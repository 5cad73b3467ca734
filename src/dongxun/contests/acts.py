"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit

audit.describe(
    acts={
        "contests.write_contest": _("Wrote a contest"),
        "contests.write_rules": _("Wrote scales and prizes of a contest"),
        "contests.open_call": _("Opened the call of a contest"),
        "contests.close_call": _("Closed the call of a contest"),
        "contests.enter": _("Entered a contest"),
        "contests.change_entry": _("Changed an entry of a contest"),
        "contests.withdraw": _("Withdrew an entry of a contest"),
        "contests.admit": _("Admitted a late entry"),
        "contests.appoint_judge": _("Appointed a judge"),
        "contests.dismiss_judge": _("Dismissed a judge"),
        "contests.recuse": _("Stood aside as a judge"),
        "contests.score": _("Scored an entry"),
        "contests.write_round": _("Wrote a round of a contest"),
        "contests.remove_round": _("Took a round out of a contest"),
        "contests.open_round": _("Opened a round of a contest"),
        "contests.count_round": _("Counted a round of a contest"),
        "contests.draw": _("Drew the debates of a contest"),
        "contests.vote": _("Wrote down the votes of a debate"),
        "contests.publish": _("Published the results of a contest"),
        "contests.write_points": _("Wrote the rules of points"),
        "contests.consent": _("Let the branch see their place, or no longer"),
        "contests.take_month_back": _("Took the awards of a month back"),
        "contests.appoint": _("Said when and where a contest is held"),
        "contests.award_month": _("Awarded the branches of a month"),
        "contests.take_back": _("Took the results of a contest back"),
        "contests.call_off": _("Called a contest off"),
        "contests.reinstate": _("Let a contest that was called off go on"),
    },
    things={
        "contest": _("contest"),
        "contest_entry": _("entry of a contest"),
        "contest_judge": _("judge of a contest"),
    },
    details={"month": _("month")},
)
