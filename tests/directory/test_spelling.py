import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumpeang.directory.spelling import clean_name, search_key, sound_key, split_kind, split_path

KHMER = st.text(alphabet=[chr(c) for c in range(0x1780, 0x17EA)], max_size=30)
MIXED = st.one_of(st.text(max_size=40), KHMER, st.text(alphabet="abc Khnp'-.\u200b\u17d2កតដរ្ាំេី", max_size=30))


@given(MIXED)
def test_a_key_is_its_own_key(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)


@given(MIXED)
def test_a_key_holds_nothing_that_a_pattern_could_mean(text: str) -> None:
    assert not re.search(r"[\s%_\\'\"()\u200b-\u200d]", search_key(text))


@given(MIXED, st.lists(st.sampled_from([" ", "\u200b", "\u200c", "\u200d", "-", ".", "'", "(", "\ufeff"]), max_size=5))
def test_what_cannot_be_seen_does_not_count(text: str, noise: list[str]) -> None:
    padded = "".join(noise) + "".join(noise).join(text)
    assert search_key(padded) == search_key(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ", max_size=30))
def test_case_does_not_count(text: str) -> None:
    assert search_key(text.upper()) == search_key(text)


@given(
    st.sampled_from("កខគងចជញដណតទនបពមយរលវសហអ"),
    st.sets(st.sampled_from(["្ត", "្រ", "្ល", "៉", "ី", "ំ", "់"]), max_size=4),
    st.randoms(),
)
def test_the_order_of_a_syllables_signs_does_not_count(base: str, signs: set[str], shuffle: random.Random) -> None:
    ordered = sorted(signs)
    shuffled = list(ordered)
    shuffle.shuffle(shuffled)
    assert search_key(base + "".join(shuffled)) == search_key(base + "".join(ordered))


@given(MIXED)
def test_no_text_breaks_the_others(text: str) -> None:
    clean_name(text)
    assert " " not in sound_key(text)
    assert all(search_key(part) for part in split_path(text))
    split_kind(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ស្រ្តី", "ស្ត្រី"),  # ro typed first or last
        ("កណ្ដាល", "កណ្តាល"),  # subscript da and ta have one shape
        ("ឧត្ដរមានជ័យ", "ឧត្តរ មានជ័យ"),
        ("កេាះ", "កោះ"),  # the vowel typed in two strokes
        ("កេីត", "កើត"),
        ("ពោធិ៍សាត់", "ពោធិសាត់"),  # a silent sign left out
        ("ភូមិ ៣", "ភូមិ 3"),
        ("ត្រពាំង\u200bក្រសាំង", "ត្រពាំងក្រសាំង"),
        ("Kratié", "KRATIE"),
        ("Tuek L'ak", "tuek lak"),
        ("Preah-Vihear", "Preah Vihear"),
    ],
)
def test_the_same_name_has_the_same_key(one: str, other: str) -> None:
    assert search_key(one) == search_key(other)


@pytest.mark.parametrize(("one", "other"), [("កណ្ដាល", "កណ្ដាលស្ទឹង"), ("តាកែវ", "ដាកែវ"), ("Kampot", "Kampong")])
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert search_key(one) != search_key(other)


@pytest.mark.parametrize(
    ("typed", "official"),
    [
        ("Toul Kork", "Tuol Kouk"),
        ("Kompong Cham", "Kampong Cham"),
        ("Boeung Kok 2", "Boeng Kak Ti Pir"),
        ("Steung Meanchey", "Stueng Mean Chey"),
        ("Prek Phnov", "Preaek Pnov"),
        ("Chroy Changvar", "Chraoy Chongvar"),
        ("Takhmau", "Ta Khmau"),
    ],
)
def test_names_that_sound_alike(typed: str, official: str) -> None:
    assert sound_key(typed) == sound_key(official) != ""


@pytest.mark.parametrize("text", ["", "Kep", "កំពត", "o"])
def test_too_little_to_hear(text: str) -> None:
    assert sound_key(text) == ""


@pytest.mark.parametrize(
    ("typed", "kind", "bare"),
    [
        ("Krong Siem Reap", "district", "Siem Reap"),
        ("Siem Reap province", "province", "Siem Reap"),
        ("ខេត្តសៀមរាប", "province", "សៀមរាប"),
        ("សង្កាត់ ទឹកថ្លា", "commune", "ទឹកថ្លា"),
        ("ភូមិ", None, "ភូមិ"),
        ("Village", None, "Village"),
        ("", None, ""),
    ],
)
def test_the_kind_of_place_that_is_typed(typed: str, kind: str | None, bare: str) -> None:
    assert split_kind(typed) == (kind, bare)


def test_paths_are_split_at_commas_and_at_khmer_kinds() -> None:
    assert split_path("Aksar, , Phnom Penh;") == ["Aksar", "Phnom Penh"]
    assert split_path("ភូមិអក្សរ ឃុំ ក រាជធានីភ្នំពេញ") == ["ភូមិអក្សរ", "ឃុំ ក", "រាជធានីភ្នំពេញ"]


def test_printed_names_are_clean() -> None:
    assert clean_name("Svay ( Ka )") == "Svay (Ka)"
    assert clean_name("អូរ\u200bសែន  ជ័យ") == "អូរសែន ជ័យ"
