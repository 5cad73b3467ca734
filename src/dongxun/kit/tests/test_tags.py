"""What the tags write."""

import re
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from dongxun.kernel.actors import Actor, ActorKind
from dongxun.kit import drawing, nav


def write(text: str, request: HttpRequest | None = None, **context: Any) -> str:
    """Render a piece of template; white space between tags does not count."""
    page = Template("{% load kit %}" + text)
    html = page.render(Context({"request": request or RequestFactory().get("/"), **context}))
    return re.sub(r">\s+<", "><", html.strip())


class Event(forms.Form):
    """A form of four kinds of field."""

    name = forms.CharField(label="名称", help_text="大家看到的名字")
    mode = forms.ChoiceField(
        label="谁能来", choices=[("a", "本单位"), ("b", "全区")], widget=forms.RadioSelect
    )
    seats = forms.IntegerField(label="座位", required=False)
    told = forms.BooleanField(label="发通知", required=False)


def test_every_icon_of_the_menus_is_in_the_sprite():
    entries = [entry for section in nav.CONSOLE for entry in section.entries]
    icons = {entry.icon for entry in [*entries, *nav.CONSOLE_FOOT, *nav.PHONE]}
    assert icons <= drawing.icon_names()


def test_an_icon_points_into_the_sprite_and_is_silent_unless_labelled():
    assert re.search(
        r'aria-hidden="true"><use href="/static/kit/icons\.svg\?v=\w{8}#home">',
        write('{% icon "home" %}'),
    )
    assert 'role="img" aria-label="首页"' in write('{% icon "home" label="首页" %}')


def test_an_unknown_icon_is_a_bug():
    with pytest.raises(KeyError):
        write('{% icon "nonsense" %}')


def test_a_button_is_a_link_when_it_leads_somewhere():
    assert write('{% button "保存" kind="primary" %}') == (
        '<button class="btn btn-primary" type="submit">保存</button>'
    )
    assert write('{% button "去改" href=url %}', url="/a/?b=1&c=2") == (
        '<a class="btn" href="/a/?b=1&amp;c=2">去改</a>'
    )


def test_what_people_typed_is_escaped_everywhere():
    evil = "<script>x</script>"
    texts = [
        "{% button evil %}",
        "{% tag evil %}",
        "{% card title=evil %}{{ evil }}{% endcard %}",
        '{% banner "warn" %}{{ evil }}{% endbanner %}',
        '{% dialog "d" evil %}{{ evil }}{% enddialog %}',
        "{% kpi evil evil beside=evil below=evil %}",
        "{% empty_state evil action=evil href='/' %}",
        "{% source evil %}",
        "{% bar 1 2 label=evil %}{% ring 1 2 evil %}",
    ]
    for text in texts:
        html = write(text, evil=evil)
        assert "<script" not in html, text
        assert "&lt;script&gt;" in html, text


def test_no_component_writes_an_inline_style():
    html = write("{% bar 1 2 plan=1 %}{% ring 1 2 'x' %}{% cell 1 20 plan=90 %}{% gap 1 20 90 %}")
    assert "style=" not in html


def test_a_cell_says_its_number_and_for_the_ear_n_of_n():
    html = write("{% cell 408 1200 plan=42 href='/names/' %}")
    assert html == (
        '<td class="cell"><a class="c2 is-low" href="/names/" title="408 / 1,200，低于计划">34'
        '<span class="sr"> (408 / 1,200，低于计划)</span></a></td>'
    )
    assert ">3/7<" in write("{% cell 3 7 %}")
    assert "未开课" in write("{% cell n 7 opened=False %}", n=None)


def test_the_gap_is_red_and_signed_when_behind():
    assert write("{% gap 53 100 74 %}") == '<td class="gap is-behind">−21</td>'
    assert write("{% gap 79 100 74 %}") == '<td class="gap">+5</td>'


def test_a_bar_puts_value_and_plan_in_percent():
    html = write("{% bar 38 50 plan=37 label='76%' %}")
    assert 'class="value" width="76.0%"' in html
    assert 'class="plan" x="74.0%"' in html
    assert 'role="img" aria-label="76%"' in html


def test_a_field_joins_label_help_and_error_to_its_input():
    html = write("{% field form.name %}", form=Event({"name": ""}))
    assert '<label for="id_name">名称</label>' in html
    assert 'aria-describedby="id_name_help id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_error"' in html


def test_a_field_that_may_stay_empty_says_so():
    assert "（可不填）" in write("{% field form.seats %}", form=Event())
    assert "（可不填）" not in write("{% field form.name %}", form=Event())


def test_radio_buttons_stand_in_a_fieldset_with_a_legend():
    html = write("{% field form.mode %}", form=Event())
    assert html.startswith('<fieldset class="field"><legend>谁能来</legend>')
    assert html.count('class="tick"') == 2


def test_the_error_summary_links_to_fields_in_the_same_words():
    form = Event({"name": "", "mode": "x", "seats": "many"})
    summary = write("{% errors form %}", form=form)
    fields = write("{% fields form %}", form=form)
    for target, words in re.findall(r'<a href="#([\w-]+)">(.+?)</a>', summary):
        assert f'id="{target}"' in fields
        assert f"<span>{words}</span>" in fields
    assert "3 处要改" in summary
    assert write("{% errors form %}", form=Event()) == ""


def test_pages_keep_the_filters_of_the_address():
    request = RequestFactory().get("/people/?branch=7&page=3")
    html = write("{% pages page %}", request, page=Paginator(range(312), 20).page(3))
    assert "共 312 条" in html
    assert 'href="?branch=7&amp;page=4"' in html
    assert '<span aria-current="page">3</span>' in html
    other = write('{% pages page "before" %}', request, page=Paginator(range(312), 20).page(3))
    assert 'href="?branch=7&amp;page=3&amp;before=4"' in other


def test_a_column_sorts_up_first_then_down():
    request = RequestFactory().get("/people/?sort=name&page=3")
    assert 'href="?sort=-name"' in write('{% sort "姓名" "name" %}', request)
    assert 'href="?sort=branch"' in write('{% sort "支部" "branch" %}', request)


def test_steps_mark_what_is_done_and_where_one_is():
    html = write("{% steps names 2 urls %}", names=["选文件", "对列", "检查"], urls=["/1/"])
    assert '<li class="is-done"><a href="/1/">选文件</a>' in html
    assert '<li aria-current="step">对列' in re.sub(r">\s+", ">", html)


def test_a_job_shows_its_count_and_ends_with_its_result():
    running = {"title": "导入", "state": "running", "done": 1200, "total": 5000, "seconds_left": 40}
    html = write("{% job job '/job/' %}", job=running)
    assert "1,200 / 5,000" in html
    assert "还要约 40 秒" in html
    done = {"title": "导入", "state": "done", "message": "都好了", "result_url": "/r/"}
    assert 'href="/r/"' in write("{% job job '/job/' %}", job=done)


def test_the_menu_leaves_out_what_does_not_exist_and_what_is_not_yours():
    assert nav.links([nav.Entry("x", "X", "nowhere:home", "home")], None) == []
    entry = nav.Entry("guide", "G", "kit:styleguide", "home", nav.ADMINS)
    assert nav.links([entry], Actor.public()) == []
    [link] = nav.links([entry], Actor.system("test"), {"guide": 3})
    assert (link.href, link.count) == ("/styleguide/", 3)


def test_the_menu_marks_the_current_entry(monkeypatch):
    entries = (nav.Entry("guide", "样式", "kit:styleguide", "home"),)
    monkeypatch.setattr(nav, "CONSOLE", (nav.Section("", entries),))
    html = write("{% console_nav %} guide {% endconsole_nav %}", actor=Actor(ActorKind.ACCOUNT))
    assert '<a href="/styleguide/" aria-current="page">' in html


def test_a_misspelt_tag_is_refused_when_the_template_is_read():
    with pytest.raises(TemplateSyntaxError):
        write("{% button %}")
