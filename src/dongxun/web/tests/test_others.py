"""Whoever is in no hurry lets others be served first."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from dongxun.web import others


def test_an_upload_gives_way_to_the_page_beside_it_and_not_to_itself():
    with others.served(), others.giving_way():
        assert others.let_pass(0)
        with others.served():
            assert not others.let_pass(0.001)
        assert others.let_pass(0)


def test_an_upload_goes_on_as_soon_as_the_page_has_been_served():
    with ThreadPoolExecutor() as threads, others.served(), others.giving_way():
        with others.served():
            going_on = threads.submit(others.let_pass, 60)
        assert going_on.result(timeout=30)


def test_a_page_that_broke_is_waited_for_no_longer():
    with pytest.raises(ValueError, match="broke"), others.served():
        raise ValueError("broke")
    assert others.let_pass(0)
