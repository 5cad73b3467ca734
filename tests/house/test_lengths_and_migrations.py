import ast

from tools.lengths import own_lines
from tools.migrations import complaints


def test_length_of_a_function_leaves_out_signature_and_docstring():
    [function] = ast.parse(
        'def f(\n    a,\n):\n    """Say.\n\n    More.\n    """\n    b = a\n    return b\n'
    ).body
    assert isinstance(function, ast.FunctionDef)
    assert own_lines(function) == 2


def _write(folder, name, parents=()):
    folder.mkdir(parents=True, exist_ok=True)
    pairs = ", ".join(f"('people', '{parent}')" for parent in parents)
    (folder / f"{name}.py").write_text(f"class Migration:\n    dependencies = [{pairs}]\n")


def test_migrations_in_one_line_are_in_order(tmp_path):
    folder = tmp_path / "people" / "migrations"
    _write(folder, "0001_persons")
    _write(folder, "0002_cohorts", ["0001_persons"])
    assert complaints(folder) == []


def test_migrations_with_two_ends_or_no_name_are_told(tmp_path):
    folder = tmp_path / "people" / "migrations"
    _write(folder, "0001_initial")
    _write(folder, "0002_cohorts", ["0001_initial"])
    _write(folder, "0002_tags", ["0001_initial"])
    assert complaints(folder) == [
        "people/migrations/0001_initial.py: not named for its idea",
        "people/migrations/numbers are not 0001 to 0003: 0001 0002 0002",
        "people/migrations/0001_initial: followed by 2",
    ]
