"""What the workshop says, it says in both languages, with the same values, and no sentence is missing or idle."""

import re
from pathlib import Path
from string import Formatter

import pytest
import yaml

from tumpeang import statistics

WORKSHOP = Path(statistics.__file__).parent
SAID = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (WORKSHOP / "reference/said").glob("*.yaml")
}
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in sorted(WORKSHOP.rglob("*.py")))


def fields(sentence):
    return sorted({name for _, name, _, _ in Formatter().parse(sentence) if name})


@pytest.mark.parametrize("file", sorted(SAID))
def test_both_languages_name_the_same_values(file):
    for key, both in SAID[file].items():
        assert fields(both["en"]) == fields(both["km"]), key
        words = re.sub(r"\{.*?\}", "", both["en"])
        assert both["en"].strip(), key
        if re.search("[a-z]{2}", words):  # else a sign, the same to all
            assert re.search("[\u1780-\u17ff]", both["km"]), key


def test_every_refusal_that_the_code_names_is_written_and_every_written_one_is_named():
    named = set(re.findall(r'\.of\(\s*f?"([a-z.-]+\.[a-z-]+|adding\.\{name\})"', SOURCES))
    assert "adding.{name}" in named  # one of definition, place, source
    named = (named - {"adding.{name}"}) | {"adding.definition", "adding.place", "adding.source", "adding.share"}
    assert named == set(SAID["refusals"])
