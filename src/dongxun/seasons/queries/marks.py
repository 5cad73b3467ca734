"""What a page has shown of a topic or a course, by a short name: has somebody written since?"""

from dongxun.kernel.marks import mark, of_row
from dongxun.seasons.contracts import TopicRule
from dongxun.seasons.models import Course, Topic
from dongxun.seasons.queries.goals import CourseLine

_TOPIC = ("name", "short_name", "minutes", "opens_on", "due_on", "required")


def of_topic(row: Topic | TopicRule) -> str:
    """Return the mark of what a topic says about itself, its courses left out."""
    return mark([of_row(row, _TOPIC), float(row.target)])


def of_course(row: Course | CourseLine) -> str:
    """Return the mark of a course."""
    return of_row(row, ("title", "minutes", "summary", "audience"))
