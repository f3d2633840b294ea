"""A typed name as its parts: titles, second names, scripts, the seam in a name without a space."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.linkage.test_khmer import MIXED, UNSEEN
from tumpeang.linkage.foreign import in_latin, script_of
from tumpeang.linkage.keys import part_keys
from tumpeang.linkage.names import MOST_PARTS, TITLES, Name, read, seams
from tumpeang.linkage.readings import exact_form, heard
from tumpeang.linkage.syllables import CONSONANTS, OPTIONAL, VOWELS


def parts(text: str) -> list[tuple[str, ...]]:
    return [name.parts for name in read(text)]


@pytest.mark.parametrize(
    "text",
    [
        "SOK Dara", "sok dara", "Mr. Sok Dara", "Mr Sok-Dara", "Dr. SOK  DARA", "Lok Sok Dara", "H.E. Sok Dara",
        "Sók Dárà", "So\u200bk D'ara", "Sok Dara, Mr.", "Oknha Sok Dara", "Bong Sok Dara", "Lok Srey Sok Dara",
        "Ven. Sok Dara",
    ],
)  # fmt: skip
def test_a_latin_name(text: str) -> None:
    assert read(text)[0] == Name(("sok", "dara"), "latin")


@pytest.mark.parametrize(
    "text",
    [
        "លោកសុខ ដារ៉ា",
        "លោកស្រីសុខ ដារ៉ា",
        "លោក ស្រី សុខ ដារ៉ា",
        "កញ្ញា សុខ ដារ៉ា",
        "សុខ ដារ៉ា",
        "លោក សុខ ដារ៉ា",
        "ឯកឧត្តម សុខ ដារ៉ា",
        "ឯកឧត្ដម សុខ ដារ៉ា",
        "លោកស្រី សុខ\u200b ដារ៉ា",
        "បង សុខ ដារ៉ា",
        "សុខ\u00a0ដារ៉ា",
    ],
)
def test_a_khmer_name(text: str) -> None:
    assert read(text) == [Name(("សុខ", "ដារ៉ា"), "khmer")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sok Dara aka Na", [("sok", "dara"), ("na",)]),
        ("Sok Dara (Na)", [("sok", "dara"), ("na",)]),
        ("សុខ ដារ៉ា ហៅ ណា", [("សុខ", "ដារ៉ា"), ("ណា",)]),
        ("សុខ ដារ៉ា / Sok Dara", [("សុខ", "ដារ៉ា"), ("sok", "dara")]),
        ("សុខ ដារ៉ា Sok Dara", [("សុខ", "ដារ៉ា"), ("sok", "dara")]),
        ("Sok Dara; SOK DARA", [("sok", "dara")]),
        ("Bong Dara", [("bong", "dara")]),  # kin, or a name: kept while too little is left
        ("សុខ កញ្ញា", [("សុខ", "កញ្ញា")]),
        ("Srey Mom Sok", [("srey", "mom", "sok")]),
        ("Ven Sok He", [("ven", "sok", "he")]),
        ("Hav Dit", [("hav", "dit")]),
        ("Mr.", [("mr",)]),
        ("", []),
        (" - 12 ?!", []),
    ],
)
def test_second_names_and_scripts(text: str, found: list[tuple[str, ...]]) -> None:
    assert parts(text) == found


def test_titles_are_written_in_the_form_that_is_compared() -> None:
    assert all(len(read(f"{title} Xyz Abc")[-1].parts) == 2 for title in TITLES)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("김민수", "hangul"), ("Иван", "cyrillic"), ("محمد", "arabic"), ("陈伟", "chinese"), ("สมชาย", "thai"),
        ("Đức", "latin"), ("ហេង", "khmer"), ("გია", "other"),
    ],
)  # fmt: skip
def test_scripts_are_told_apart(text: str, script: str) -> None:
    assert [name.script for name in read(text)] == [script]


@pytest.mark.parametrize(
    ("own", "latin"),
    [
        ("김", "Kim"), ("민수", "Minsu"), ("이", "Lee"), ("박", "Park"), ("지훈", "Jihoon"), ("Иван", "Ivan"),
        ("Сергей", "Sergey"), ("Андрій", "Andriy"), ("محمد", "Mohamed"), ("خالد", "Khaled"), ("حسن", "Hassan"),
        ("Nguyễn", "Nguyen"), ("Đức", "Duc"), ("José", "Jose"), ("Łukasz", "Lukasz"), ("Müller", "Muller"),
    ],
)  # fmt: skip
def test_foreign_names_meet_their_latin_spelling(own: str, latin: str) -> None:
    assert part_keys(own) & part_keys(latin)


@pytest.mark.parametrize("text", ["陈伟", "สมชาย", "გია"])
def test_what_cannot_be_read_has_its_letters_and_no_sound(text: str) -> None:
    assert exact_form(text) and heard(text) == () and in_latin(text) == "" and part_keys(text) == frozenset()


def test_a_khmer_name_without_a_space_is_cut_after_a_family_name() -> None:
    assert ("សុខ", "ដារ៉ា") in seams("សុខដារ៉ា")
    assert not list(seams("សុខា"))  # a sign, no letter, follows
    assert not list(seams("សុខ"))


def test_pairs_of_three_words_know_that_two_may_be_one() -> None:
    assert ("sok", "chandara") in Name(("sok", "chan", "dara"), "latin").pairs()
    assert ("darachan", "sok") in Name(("dara", "chan", "sok"), "latin").pairs()


@given(MIXED)
def test_no_text_breaks_the_reading(text: str) -> None:
    for name in read(text):
        assert 0 < len(name.parts) <= MOST_PARTS and all(name.parts)
        list(name.pairs())
    in_latin(text)
    script_of(text)


@given(MIXED)
def test_every_sound_is_one_that_is_declared(text: str) -> None:
    for syllable in heard(text):
        assert {sound.removesuffix(OPTIONAL) for sound in syllable.onset + syllable.coda} <= set(CONSONANTS)
        assert set(syllable.vowels) <= set(VOWELS)


@given(st.lists(st.sampled_from(["sok", "dara", "keo", "សុខ", "ដារ៉ា", "김"]), min_size=1, max_size=3), UNSEEN)
def test_unseen_characters_and_case_do_not_count(words: list[str], unseen: list[str]) -> None:
    noise = "".join(unseen)
    assert read(" ".join(noise.join(word.upper()) for word in words)) == read(" ".join(words))


@given(MIXED)
def test_the_letters_of_a_part_are_their_own_form(text: str) -> None:
    assert exact_form(exact_form(text)) == exact_form(text)
