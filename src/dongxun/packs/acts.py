"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit
from dongxun.packs.contracts import ReceiptHow

audit.describe(
    acts={
        "packs.save_pack": _("Defined a pack"),
        "packs.release_edition": _("Brought out a new edition"),
        "packs.add_article": _("Wrote down an article"),
        "packs.receive_stock": _("Took goods into a store"),
        "packs.transfer_stock": _("Moved goods to another store"),
        "packs.lose_stock": _("Wrote goods off"),
        "packs.draw_up_list": _("Drew up an issue list"),
        "packs.leave_out": _("Left somebody out of an issue list"),
        "packs.throw_away": _("Threw a draft list away"),
        "packs.issue_list": _("Issued a list"),
        "packs.give_to_courier": _("Gave lines to a courier"),
        "packs.return_line": _("Noted that something came back"),
        "packs.take_return_back": _("Noted that something did not come back after all"),
        "packs.close_list": _("Closed an issue list"),
        "packs.sign_for": _("Noted a receipt"),
        "packs.withdraw_receipts": _("Took receipts back"),
        "packs.write_receipts": _("Loaded past receipts"),
        "packs.enter_sheet": _("Entered an issue sheet"),
        "packs.log_leaflets": _("Noted leaflets"),
        "packs.withdraw_leaflets": _("Took leaflets back"),
        "packs.open_drive": _("Wrote down what is wanted"),
        "packs.close_drive": _("Closed what was wanted"),
        "packs.promise_donation": _("Wrote down a donation"),
        "packs.change_donation": _("Put a donation right"),
        "packs.ship_donation": _("Noted that a donation left"),
        "packs.accept_donation": _("Counted a donation"),
        "packs.thank_donor": _("Thanked a donor"),
        "packs.show_donation": _("Noted where a donation is shown"),
        "packs.withdraw_donation": _("Withdrew a donation"),
    },
    things={
        "pack": _("pack"),
        "article": _("article"),
        "issue_list": _("issue list"),
        "issue_line": _("line of an issue list"),
        "leaflet": _("leaflets"),
        "drive": _("what is wanted"),
        "donation": _("donation"),
    },
    details={
        "how": _("how"),
        "lines": _("lines of the list"),
        "packs": _("packs"),
        "edition": _("edition"),
    },
    values={"how": dict(ReceiptHow.choices), "kind": {"delivery": _("a delivery")}},
)
