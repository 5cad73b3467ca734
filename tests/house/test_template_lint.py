import pytest

from tools.templates import complaints


@pytest.mark.parametrize(
    "page",
    [
        "{% load i18n %}<p>{% translate 'Save' %} · 38/45 {{ name }}</p>",
        "{% blocktranslate %}<b>{{ n }}</b> people{% endblocktranslate %}",
        "{% comment %}why{% endcomment %}{# note #}<kbd>K</kbd>",
        "{% block room %}people{% endblock %}{% block nav %}roster{% endblock nav %}",
        "<input placeholder=\"{% translate 'Name' %}\" aria-label='{{ label }}' class='wide'>",
        "<script type='module' src='{{ url }}' nonce='{{ nonce }}'></script>",
        "{# untranslated: samples of the style guide #}<p>Whatever</p>",
    ],
)
def test_template_in_the_house_style_raises_no_complaint(page):
    assert complaints(page) == []


@pytest.mark.parametrize(
    ("page", "line", "words"),
    [
        ("<p>\n\nSave</p>", 3, "untranslated between tags: Save"),
        ("{% block content %}Save{% endblock %}", 1, "untranslated between tags: Save"),
        ("<p>保存</p>", 1, "untranslated between tags: 保存"),
        ("\n<a title='Open'></a>", 2, "untranslated in title=: Open"),
        ("<p style='color:red'></p>", 1, "an inline style="),
        ("<button onclick='go()'></button>", 1, "an inline onclick="),
        ("<script>go()</script>", 1, "an inline script"),
        ("<style>p{}</style>", 1, "a <style> element"),
        (
            "{% blocktranslate %}a{% endblocktranslate %}\n<i>b</i>",
            2,
            "untranslated between tags: b",
        ),
    ],
)
def test_template_with_a_fault_is_located(page, line, words):
    assert complaints(page) == [(line, words)]
