"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit

audit.describe(
    acts={
        "quizzes.write_item": _("Wrote a question of the bank"),
        "quizzes.retire_item": _("Retired a question of the bank"),
        "quizzes.restore_item": _("Took a retired question back"),
        "quizzes.import_items": _("Imported questions of the bank"),
        "quizzes.write_quiz": _("Wrote a quiz"),
        "quizzes.write_paper": _("Chose the questions of a quiz"),
        "quizzes.open_quiz": _("Opened a quiz"),
        "quizzes.close_quiz": _("Closed a quiz"),
        "quizzes.write_survey": _("Wrote a survey"),
        "quizzes.open_survey": _("Opened a survey"),
        "quizzes.close_survey": _("Closed a survey"),
        "quizzes.enter_paper": _("Entered a paper of a survey"),
        "quizzes.hand_in": _("Handed a quiz in"),
    },
    things={"item": _("question of the bank"), "quiz": _("quiz"), "survey": _("survey")},
)
