"""A member's poster: CPU time and size, for a short and for a long line of words."""

from collections.abc import Iterator
from datetime import date

from dongxun.reports.posters import PosterSays, draw
from tools.bench import Figure, spent

ROUNDS = 10


def _says(line: str) -> PosterSays:
    return PosterSays(
        "通州区党员冬训 2026—2027",
        "学习贯彻农村工作会议精神",
        "林小满",
        "金沙街道金北村第一党支部",
        "https://dongxun.example/topics/01a203dd-5fa3-783a-aab4-311725d6a846/words/",
        12,
        9,
        9,
        line,
        date(2027, 1, 14),
    )


def measure() -> Iterator[Figure]:
    """Yield the seconds and the bytes of one poster; a first one loads the fonts."""
    draw(_says("预热"))
    lines = [f"第{n}句，先问市场再问老把式。" * (1 + n % 4) for n in range(ROUNDS)]
    with spent() as cost:
        sizes = [len(draw(_says(line))) for line in lines]
    yield Figure("one poster", cost.cpu / ROUNDS, "CPU s", 1)
    yield Figure("one poster", cost.wall / ROUNDS, "s", 1)
    yield Figure("its size, the largest", max(sizes) / 1024, "KB", 400)
