"""Khmer in one form: what looks the same is the same, and nothing unseen counts."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumpeang.linkage import khmer

KHMER = st.text(alphabet=[chr(code) for code in range(0x1780, 0x17EA)], max_size=30)
MIXED = st.one_of(st.text(max_size=40), KHMER, st.text(alphabet="abc Khn'-.\u200b\u17d2កតដសហរ្ាុីំេី", max_size=30))
UNSEEN = st.lists(st.sampled_from(["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u17b4"]), max_size=4)


@given(MIXED)
def test_the_form_is_its_own_form(text: str) -> None:
    assert khmer.normal(khmer.normal(text)) == khmer.normal(text)
    assert khmer.in_order(khmer.in_order(text)) == khmer.in_order(text)


@given(MIXED, UNSEEN)
def test_what_cannot_be_seen_does_not_count(text: str, unseen: list[str]) -> None:
    noise = "".join(unseen)
    assert khmer.normal(noise + noise.join(text)) == khmer.normal(text)


@given(
    st.sampled_from("កខគងចជញដណតទនបពមយរលវសហអ"),
    st.sets(st.sampled_from(["្ត", "្រ", "្ល", "៉", "៊", "ី", "ុ", "ំ", "់"]), max_size=5),
    st.randoms(),
)
def test_the_order_of_a_syllables_signs_does_not_count(base: str, signs: set[str], shuffle: random.Random) -> None:
    ordered = sorted(signs)
    shuffled = list(ordered)
    shuffle.shuffle(shuffled)
    assert khmer.normal(base + "".join(shuffled)) == khmer.normal(base + "".join(ordered))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ស្រ្តី", "ស្ត្រី"),  # ro typed first or last
        ("កណ្ដាល", "កណ្តាល"),  # subscript da and ta have one shape
        ("កេាះ", "កោះ"),  # the vowel typed in two strokes
        ("កេីត", "កើត"),
        ("សុីន", "ស៊ីន"),  # the shifter drawn, and typed, as ុ
        ("មុី", "ម៉ី"),
        ("ប៉ិ", "បិ៉"),
        ("ឣ", "អ"),  # a deprecated letter
        ("ឲ", "ឱ"),
        ("៣", "3"),
    ],
)
def test_what_looks_the_same_is_the_same(one: str, other: str) -> None:
    assert khmer.normal(one) == khmer.normal(other)


@pytest.mark.parametrize(("one", "other"), [("តា", "ដា"), ("សុខ", "សុក"), ("សុំ", "សំ"), ("វីរៈ", "វីរ"), ("ប៉ា", "បា")])
def test_what_does_not_is_not(one: str, other: str) -> None:
    assert khmer.normal(one) != khmer.normal(other)


def test_which_text_is_khmer() -> None:
    assert khmer.is_khmer("Sok សុខ") and not khmer.is_khmer("Sok") and not khmer.is_khmer("៣") and not khmer.is_khmer("")
