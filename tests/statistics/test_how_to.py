"""The scripts of docs/how-to/statistics print what they say behind `# ->`; declarations in the papers are read."""

import re
import runpy
from pathlib import Path

import pytest

from tumpeang import statistics
from tumpeang.statistics import TableSpec

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCRIPTS = sorted((DOCS / "how-to" / "statistics").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_prints_what_it_says(script, capsys):
    runpy.run_path(str(script), run_name="__main__")
    printed = capsys.readouterr().out.splitlines()
    told = re.findall(r"# -> (.+)$", script.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert printed
    if told:
        assert printed == told


def test_declarations_in_the_papers_are_read():
    text = (DOCS / "explanation" / "tables.md").read_text(encoding="utf-8")
    (declared,) = re.findall(r"```yaml\n(.+?)```", text, flags=re.DOTALL)
    assert TableSpec.from_yaml(declared).name == "nationality-within-role"


def test_the_public_face_is_in_the_paper_and_nothing_of_it_is_missing():
    text = (DOCS / "explanation" / "statistics.md").read_text(encoding="utf-8")
    for name in statistics.FACE:
        assert getattr(statistics, name), name
        assert f"`{name}" in text, f"docs/explanation/statistics.md does not tell of {name}"
    with pytest.raises(AttributeError, match="has no average"):
        statistics.average  # noqa: B018
