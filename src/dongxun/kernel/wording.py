"""What a form says when something typed does not fit, in the words that we use ourselves.

Django's own messages are right and stiff («确保该值小于或等于 8»). They are replaced here
once, before any form is made, so that no form needs to; a field may still say it better.
"""

from django.core import validators
from django.forms import fields, models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LIMITS = {
    validators.MaxValueValidator: _("At most %(limit_value)s."),
    validators.MinValueValidator: _("At least %(limit_value)s."),
    validators.StepValueValidator: _("In steps of %(limit_value)s."),
    validators.MaxLengthValidator: ngettext_lazy(
        "At most %(limit_value)d character; there are %(show_value)d.",
        "At most %(limit_value)d characters; there are %(show_value)d.",
        "limit_value",
    ),
    validators.MinLengthValidator: ngettext_lazy(
        "At least %(limit_value)d character; there are %(show_value)d.",
        "At least %(limit_value)d characters; there are %(show_value)d.",
        "limit_value",
    ),
    validators.ProhibitNullCharactersValidator: _(
        "There is a character in it that nobody can type."
    ),
    validators.URLValidator: _("An address such as https://example.org, please."),
    validators.EmailValidator: _("A mail address such as name@example.org, please."),
    validators.RegexValidator: _("This does not have the form it should have."),
}
DIGITS = {
    "invalid": _("A number, please."),
    "max_digits": ngettext_lazy(
        "At most %(max)s digit in all.", "At most %(max)s digits in all.", "max"
    ),
    "max_decimal_places": ngettext_lazy(
        "At most %(max)s digit after the point.", "At most %(max)s digits after the point.", "max"
    ),
    "max_whole_digits": ngettext_lazy(
        "At most %(max)s digit before the point.",
        "At most %(max)s digits before the point.",
        "max",
    ),
}
NOT_OFFERED = _("“%(value)s” is not among the choices. Choose again.")
MESSAGES: dict[type[fields.Field], dict[str, object]] = {
    fields.Field: {"required": _("Please fill this in.")},
    fields.IntegerField: {"invalid": _("A whole number, please.")},
    fields.FloatField: {"invalid": _("A number, please.")},
    fields.DecimalField: {"invalid": _("A number, please.")},
    fields.DateField: {"invalid": _("A day such as 2026-12-09, please.")},
    fields.TimeField: {"invalid": _("A time such as 14:00, please.")},
    fields.DateTimeField: {"invalid": _("A day and time such as 2026-12-09 14:00, please.")},
    fields.ChoiceField: {"invalid_choice": NOT_OFFERED},
    fields.MultipleChoiceField: {
        "invalid_choice": NOT_OFFERED,
        "invalid_list": _("Choose from the list, please."),
    },
    fields.UUIDField: {"invalid": _("This leads nowhere. Load the page again and choose anew.")},
    fields.FileField: {
        "invalid": _("No file came along. Choose it again."),
        "missing": _("No file came along. Choose it again."),
        "empty": _("The file is empty."),
        "max_length": ngettext_lazy(
            "The name of the file has %(length)d characters; at most %(max)d is possible.",
            "The name of the file has %(length)d characters; at most %(max)d are possible.",
            "max",
        ),
    },
    fields.ImageField: {"invalid_image": _("This is no picture, or a damaged one.")},
    models.ModelChoiceField: {"invalid_choice": _("This is no longer among the choices.")},
    models.ModelMultipleChoiceField: {
        "invalid_choice": NOT_OFFERED,
        "invalid_list": _("Choose from the list, please."),
    },
}


def speak_plainly() -> None:
    """Put our words in the place of Django's; called once, before rooms are opened."""
    for validator, words in LIMITS.items():
        validator.message = words  # type: ignore[attr-defined]
    validators.validate_email.message = LIMITS[validators.EmailValidator]
    validators.DecimalValidator.messages = DIGITS  # type: ignore[assignment]
    for field, messages in MESSAGES.items():
        own = dict(field.__dict__.get("default_error_messages", {}))
        field.default_error_messages = own | messages
