from tools.extract import Key, template, uses


def test_messages_of_python_are_found_with_context_and_plural(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "rules.py").write_text(
        '_("one " "line")\npgettext("verb", "open")\nngettext("%(n)s row", "%(n)s rows", n)\n_(name)\n'
    )
    found = {(key, use.line, use.room) for key, use in uses(tmp_path).items()}
    assert found == {
        (Key("", "one line", ""), 1, "people"),
        (Key("verb", "open", ""), 2, "people"),
        (Key("", "%(n)s row", "%(n)s rows"), 3, "people"),
    }


def test_messages_of_a_template_are_found_with_their_lines():
    page = (
        '{% translate "It\'s here" %}\n'
        "{% blocktranslate trimmed count n=n %}\n  {{ n }} row\n"
        "{% plural %}\n  {{ n }} rows\n{% endblocktranslate %}\n"
        "{% translate 'open' context 'verb' %}{% button label=_('Save') %}\n"
        "{{ value|default:_('none') }}"
    )
    assert [key for key, _ in template(page)] == [
        Key("", "It's here", ""),
        Key("", "%(n)s row", "%(n)s rows"),
        Key("verb", "open", ""),
        Key("", "Save", ""),
        Key("", "none", ""),
    ]
