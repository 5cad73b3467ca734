"""A member's poster of a topic learned: what it says, and how it is drawn.

No portrait, no phone number, no time spent: what was learned, and a line of one's own.
"""

from dataclasses import dataclass
from datetime import date

from dongxun.reports import typesetting

TEMPLATE = "study_poster"
MOST_LINE = 80
MOST_BYTES = 400 * 1024


@dataclass(frozen=True, slots=True)
class PosterSays:
    """What stands on a poster; ``answered`` of ``asked`` are questions answered right."""

    season: str
    topic: str
    name: str
    branch: str
    url: str
    chapters: int
    answered: int
    asked: int
    line: str = ""
    written_on: date | None = None


def draw(says: PosterSays) -> bytes:
    """Return the poster as a PNG of 1080 × 1620 pixels.

    Raises:
        PaperError: the template is wrong.
    """
    facts = []
    if says.chapters:
        facts.append({"name": "学完", "number": says.chapters, "unit": "节"})
    if says.asked:
        facts.append({"name": "答对", "number": says.answered, "unit": f"/ {says.asked} 题"})
    if not facts:
        facts.append({"name": "学完", "number": 1, "unit": "个专题"})
    data = {
        "season": says.season,
        "topic": says.topic,
        "name": says.name,
        "branch": says.branch,
        "qr": typesetting.qr(says.url),
        "facts": facts,
        "line": says.line[:MOST_LINE],
        "written_on": says.written_on or "",
    }
    return typesetting.picture(TEMPLATE, data)
