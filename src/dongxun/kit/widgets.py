"""Inputs that the browser draws itself: it reads days and times in ISO form only."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from dongxun.kernel.clock import FIRST_YEAR, LAST_YEAR


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """A time of day to the minute, with the browser's own clock."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class MomentField(forms.DateTimeField):
    """A local day and time, with the browser's own calendar; it may stay empty."""

    FORMAT = "%Y-%m-%dT%H:%M"

    def __init__(self, **more: Any) -> None:
        widget = forms.DateTimeInput(format=self.FORMAT, attrs={"type": "datetime-local"})
        super().__init__(widget=widget, required=False, input_formats=[self.FORMAT], **more)

    def to_python(self, value: Any) -> Any:
        """Read a moment of a year that a calendar can count with."""
        moment = super().to_python(value)
        if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            words = _("Write a year between %(low)d and %(high)d.")
            raise forms.ValidationError(words % {"low": FIRST_YEAR, "high": LAST_YEAR})
        return moment
