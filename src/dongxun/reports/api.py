"""The door of reports."""

from dongxun.reports.services.posters import make_poster, stages

__all__ = ["make_poster", "stages"]
