"""Drawings: the same file each time, nothing a strict page forbids, words and a table with each, one look."""

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from tumpeang.statistics import Figure, drawings, durations, intervals
from tumpeang.statistics.drawings import About, Bar, Series, look, maps
from tumpeang.statistics.funnel import COMPLETED, Way, funnel
from tumpeang.statistics.wording import LANGUAGES, Refused

STYLES = Path(look.__file__).parents[2] / "config" / "styles" / "tokens.css"
TITLES = {"en": "Reports by channel, 2015", "km": "របាយការណ៍តាមមធ្យោបាយ ២០១៥"}
YEARS = ["2012", "2013", "2014", "2015"]
FACES = list(itertools.product(LANGUAGES, look.THEMES))


def about(language="en", theme="light", **more):
    return About(TITLES[language], "reports", "Of 60 reports.", language, theme, **more)


def made(language="en", theme="light"):
    """One drawing of each kind."""
    over = about(language, theme)
    names = {"complaint": "ពាក្យបណ្តឹង", "trial": "សវនាការ"} if language == "km" else {}
    ways = [Way("a", "complaint", "withdrawn"), Way("b", "complaint"), Way("c", "trial", COMPLETED)]
    curve = durations.still_open(durations.Durations((3, 5, 8, 13), ("ended", None, "ended", "ended")))
    return {
        "bars": drawings.bars(over, [Bar("ទូរសព្ទ", 12, 8, 17), Bar("Letter & box <1>", 30), Bar("web", None)]),
        "lines": drawings.lines(over, YEARS, [Series("A", [1, 2, None, 4], [0, 1, 1, 3], [2, 3, 3, 5])]),
        "multiples": drawings.small_multiples(over, YEARS, {"A": [1, 2, 3, 4], "B": [4, None, 2, 1]}),
        "funnel": drawings.funnel(over, funnel(["complaint", "trial"], ways, unit="case"), names),
        "survival": drawings.survival(over, {"all": curve}),
        "map": drawings.provinces_map(over, {"12": 40, "25": 3, "23": None}),
        "waterfall": drawings.waterfall(over, ("opened", 30), [("withdrawn", 12)], "sentenced"),
    }


@pytest.mark.parametrize("language, theme", FACES)
def test_every_drawing_is_fit_for_a_strict_page(language, theme):
    for kind, one in made(language, theme).items():
        root = ElementTree.fromstring(one.svg)
        assert root.attrib["role"] == "img" and root.attrib["viewBox"], kind
        tags = {element.tag.split("}")[-1] for element in root.iter()}
        assert tags <= {"svg", "title", "desc", "g", "defs", "path", "use", "clipPath", "rect", "pattern"}, kind
        for element in root.iter():
            assert "style" not in element.attrib and not any(name.startswith("on") for name in element.attrib), kind
        links = re.findall(r'(?:href|url)[=(]"?([^")]*)', one.svg)
        assert all(link.startswith("#") for link in links), kind
        assert len(one.svg) < 120_000 and "<!--" not in one.svg and "2026" not in one.svg, kind
        ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
        assert len(ids) == len(set(ids)), kind


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_drawing_has_words_and_a_table(language):
    for kind, one in made(language).items():
        root = ElementTree.fromstring(one.svg)
        assert root[0].text == TITLES[language] and root[1].text == one.text, kind
        assert TITLES[language] in one.text and "Of 60 reports." in one.text, kind
        assert len(one.table) > 1 and len({len(row) for row in one.table}) == 1, kind


def test_the_same_drawing_is_the_same_file():
    assert {kind: one.svg for kind, one in made("km").items()} == {kind: one.svg for kind, one in made("km").items()}


def test_the_numbers_are_in_the_readers_digits_and_in_the_table():
    khmer = made("km")
    assert ("Letter & box <1>", "៣០", "–", "–") in khmer["bars"].table
    assert "៤០" in khmer["map"].text and ("កែប", "មិនបង្ហាញ") in khmer["map"].table
    assert len(khmer["map"].table) == 26
    assert khmer["funnel"].table[1][:5] == ("ពាក្យបណ្តឹង", "៣", "១", "១", "១")
    english = made()
    assert english["waterfall"].table[1:] == (("opened", "30"), ("withdrawn", "−12"), ("sentenced", "18"))
    assert english["lines"].table[3] == ("2014", "– (1 – 3)")
    assert "still open" in english["survival"].text and "Largest: Phnom Penh, 40" in english["map"].text


def test_khmer_is_drawn_by_its_shapes():
    """A consonant beneath another is one glyph of the font, not two letters and a sign."""
    shaped = drawings.bars(about(), [Bar("ស្ត្រី", 1)]).svg
    spelt = drawings.bars(about(), [Bar("សតរ", 1)]).svg
    glyphs = [set(re.findall(r'id="(NotoSansKhmer[^"]*)"', one)) for one in (shaped, spelt)]
    assert glyphs[0] - glyphs[1] and look.width_of("ស្ត្រី", 12) < look.width_of("សតរី", 12) + 1
    assert "DejaVu" not in shaped


def test_tokens_are_those_of_the_pages():
    sheet = STYLES.read_text()
    light, dark = sheet.split("prefers-color-scheme: dark", 1)
    for theme, text in (("light", light), ("dark", dark)):
        found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", text))
        for name, value in look.THEMES[theme].items():
            given = found[name]
            assert value == (given if len(given) == 7 else "#" + "".join(c * 2 for c in given[1:])), f"{theme} {name}"


def test_long_khmer_breaks_between_letters_and_loses_none():
    text = "ករណីដែលនៅបើកក្រោយពាក្យបណ្តឹងដែលបានទទួលតាមខេត្តទាំងអស់ " * 2
    lines = look.wrapped(text, 12, 150)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert len(lines) > 3 and all(look.width_of(line, 12) <= 151 for line in lines)
    assert not any(re.match(r"[\u17b4-\u17d3]", line) for line in lines)


def test_all_provinces_are_there_with_tboung_khmum():
    found = maps.provinces()
    assert sorted(found) == [f"{code:02d}" for code in range(1, 26)]
    assert found["25"].names == {"km": "ត្បូងឃ្មុំ", "en": "Tboung Khmum"} and len(found["18"].rings) == 3
    for province in found.values():
        x, y, room = maps.middle(province.code)
        assert 102 < x < 108 and 10 < y < 15 and room > 0 and province.largest[0] == province.largest[-1]
    folder = Path(maps.__file__).parent / "provinces"
    assert "Open Database License" in (folder / "LICENSE.md").read_text() and "ODbL" in made()["map"].text


def test_classes_hold_every_value_once():
    rng = np.random.default_rng(1)
    for values in ([5.0], [1.0, 1.0, 1.0], [0.0, 7.0], rng.poisson(9, 25).astype(float).tolist()):
        bounds = maps.breaks(values)
        assert all(sum(low <= value <= high for low, high in bounds) == 1 for value in values)
    assert maps.breaks([]) == []


def test_numbers_on_the_map_can_be_read():
    for colours in look.THEMES.values():
        for place in range(4):
            assert maps.readable(maps._shade(place, 4, colours), colours) in {colours["ink"], colours["leaf-ink"]}


@pytest.mark.parametrize("top", [0.4, 1, 3, 7, 10, 48, 99, 1200, 250_000])
def test_ticks_are_few_and_round(top):
    ticks = drawings.charts.ticks_of(top, decimals=1)
    assert ticks[0] == 0 and 2 <= len(ticks) <= 6 and ticks[-1] <= top


@pytest.mark.parametrize(
    "call",
    [
        lambda: About("", "reports"),
        lambda: About("Reports", ""),
        lambda: about(theme="sepia"),
        lambda: drawings.bars(about(), []),
        lambda: drawings.bars(about(), [Bar("a", -1)]),
        lambda: drawings.bars(about(), [Bar("a", float("nan")), Bar("b", 2)]),
        lambda: drawings.bars(about(), [Bar("a", 2, 1, float("inf"))]),
        lambda: drawings.lines(about(), YEARS, [Series("A", [1, 2, 3, float("nan")])]),
        lambda: drawings.provinces_map(about(), {"12": float("nan")}),
        lambda: drawings.lines(about(), YEARS, [Series("A", [1, 2])]),
        lambda: drawings.lines(about(), YEARS, [Series(str(i), [1, 2, 3, 4]) for i in range(5)]),
        lambda: drawings.lines(about(), ["2015"], [Series("A", [1])]),
        lambda: drawings.small_multiples(about(), YEARS, {"A": [1, 2, 3, 4]}),
        lambda: drawings.provinces_map(about(), {"26": 3}),
        lambda: drawings.waterfall(about(), ("opened", 3), [("withdrawn", 12)], "rest"),
        lambda: drawings.survival(about(), {}),
    ],
)
def test_what_cannot_be_read_is_refused(call):
    with pytest.raises(Refused):
        call()


def test_nothing_to_show_is_said():
    empty = drawings.provinces_map(about("km"), {})
    assert "គ្មានតម្លៃ" in empty.text
    assert "No value may be shown" in drawings.bars(about(), [Bar("a", None)]).text
    zero = drawings.bars(about(), [Bar("a", 0), Bar("b", 0)])
    assert zero.table[1] == ("a", "0")


def test_bars_take_figures_with_their_interval():
    figures = {
        "accomplices": intervals.wilson(54, 78).beside(Figure.share(54, 78, "offender")),
        "perpetrators": Figure(None, "percent", withheld="too few"),
    }
    one = drawings.bars(about(decimals=1), [Bar.of(label, figure) for label, figure in figures.items()])
    assert one.table[1:] == (("accomplices", "69.2", "58.3", "78.4"), ("perpetrators", "–", "–", "–"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_narrow_drawing_keeps_its_words_within(language):
    narrow = drawings.bars(about(language, width=300), [Bar("ក្រុមប្រឹក្សាឃុំសង្កាត់ទទួលបន្ទុកកិច្ចការនារី និងកុមារ " * 2, 3)])
    assert ElementTree.fromstring(narrow.svg).attrib["viewBox"].startswith("0 0 300 ")


def test_the_words_of_a_curve_tell_the_share_of_the_day_that_they_name():
    for days in ((3, 5), (1, 5), (2, 6)):
        curve = durations.still_open(durations.Durations(days, ("x", None)))
        text = drawings.survival(about(), {"all": curve}).text
        day = int(re.search(r"after (\d+) days", text)[1])
        assert f"{curve.at(day):.0%}".replace("%", " %") in text and day == days[1] // 2
