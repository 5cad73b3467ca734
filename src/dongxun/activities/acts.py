"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import CorrectionState, Method
from dongxun.kernel import audit

audit.describe(
    acts={
        "activities.save_session": _("Saved a session"),
        "activities.publish_session": _("Published a session"),
        "activities.move_session": _("Moved a session"),
        "activities.go_online": _("Switched a session to online"),
        "activities.cancel_session": _("Cancelled a session"),
        "activities.archive_session": _("Archived a session"),
        "activities.count_public": _("Counted the public"),
        "activities.add_sub_venue": _("Added a sub-venue"),
        "activities.book_lecturer": _("Asked a lecturer"),
        "activities.answer_booking": _("A lecturer answered"),
        "activities.sign_up": _("Signed up"),
        "activities.cancel_sign_up": _("Cancelled a sign-up"),
        "activities.name_delegates": _("Named who comes"),
        "activities.keep_clash": _("Kept a session although it clashes"),
        "activities.set_quota": _("Changed how many delegates are asked for"),
        "activities.write_remark": _("Noted what was said"),
        "activities.give_feedback": _("Said how a session was"),
        "activities.withdraw_remark": _("Took back what was noted"),
        "activities.claim_presence": _("Took attendance"),
        "activities.confirm_declared": _("Confirmed declared presence"),
        "activities.void_check_in": _("Voided a check-in"),
        "activities.note_walk_in": _("Noted a walk-in"),
        "activities.confirm_walk_in": _("Confirmed a walk-in"),
        "activities.refuse_walk_in": _("Refused a walk-in"),
        "activities.grant_leave": _("Granted leave"),
        "activities.open_makeup": _("Opened make-up study"),
        "activities.withdraw_makeup": _("Withdrew make-up study"),
        "activities.import_attendance": _("Imported attendance"),
        "activities.ask_correction": _("Asked for a correction"),
        "activities.answer_correction": _("Answered a correction"),
        "activities.take_out": _("Took one's own record out"),
        "activities.write_sessions": _("Loaded past sessions"),
        "activities.write_presence": _("Loaded past attendance"),
        "activities.write_leaves": _("Loaded past leaves"),
        "activities.write_makeup": _("Loaded past make-up study"),
    },
    things={
        "session": _("training session"),
        "booking": _("booking"),
        "walk_in": _("walk-in"),
        "correction": _("correction"),
        "object": _("record"),
    },
    details={
        "starts_at": _("beginning"),
        "ends_at": _("end"),
        "place": _("place"),
        "place_text": _("place in words"),
        "online_url": _("address online"),
        "minutes": _("minutes that count"),
        "capacity": _("seats"),
    },
    values={
        "method": dict(Method.choices),
        "state": dict(CorrectionState.choices),
        "answer": {
            "confirmed": _("confirmed"),
            "declined": _("declined"),
            "asked": _("asked"),
        },
        "kind": {
            "makeup": _("make-up study"),
            "makeup_withdrawn": _("make-up study that was withdrawn"),
            "session_published": _("a new session"),
            "session_moved": _("a session that moved"),
            "session_online": _("a session that went online"),
            "session_cancelled": _("a session that was cancelled"),
        },
    },
)
