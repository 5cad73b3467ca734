from dongxun.kit.shown import Shown, Word

KEY = "a"


def page(*shown):
    """Return the sheet as it comes back from a page that had shown this row."""
    return Shown.posted({"was": Shown({KEY: shown}).text})


def test_a_row_left_as_shown_says_nothing_whatever_the_record_has_by_now():
    assert page("absent", "").weigh(KEY, ("absent", ""), ("done", "09:10")) is Word.NOTHING


def test_a_row_changed_here_alone_counts():
    assert page("", "").weigh(KEY, ("done", "09:10"), ("", "")) is Word.COUNTS


def test_a_row_changed_here_and_elsewhere_is_asked_about_once():
    sheet, typed, now = page("", ""), ("absent", ""), ("done", "09:10")
    assert sheet.weigh(KEY, typed, now) is Word.ASK
    again = Shown.posted({"was": sheet.text})
    assert again.weigh(KEY, typed, now) is Word.COUNTS
    assert again.weigh(KEY, now, now) is Word.NOTHING


def test_two_who_wrote_the_same_are_not_asked():
    same_state = lambda typed, now: typed[0] == now[0]  # noqa: E731 - one rule of one room
    assert page("", "").weigh(KEY, ("done", ""), ("done", "09:10"), same_state) is Word.NOTHING


def test_a_page_that_carries_nothing_readable_is_weighed_against_the_record():
    for said in ({}, {"was": "[1]"}, {"was": '{"a": 3}'}, {"was": "?"}):
        sheet = Shown.posted(said)
        assert sheet.weigh(KEY, ("done",), ("done",)) is Word.NOTHING
        assert sheet.weigh(KEY, ("absent",), ("done",)) is Word.COUNTS
