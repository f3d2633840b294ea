"""Synthetic reports in any number: the same seed gives the same reports. Words are neutral; nobody is real."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tumpeang.directory.queries import provinces
from tumpeang.intake.bulk import add_synthetic
from tumpeang.letterbox.envelope import Parcel

BATCH = 500
_SEED = 20_250_801
_LEAVES_NUMBER = 0.3  # share of reporters who leave a number
_WAYS = ["child", "adult", "adult", "online", "professional", "past"]
_WORDS = {
    "en": ["I am worried about a child.", "Somebody should look here.", "A child asked for help.", "Whom can I ask?"],
    "km": ["ខ្ញុំបារម្ភអំពីកុមារម្នាក់។", "សូមជួយមើលរឿងនេះ។", "កុមារម្នាក់សុំជំនួយពីខ្ញុំ។", "ខ្ញុំមិនដឹងសួរអ្នកណាទេ។"],
}  # fmt: skip
_NAMES = {
    "en": ["Dara Sok", "Sophea Chan", "Vannak Kim", "Sreymom Heng", "Rotha Pich", "Kunthea Ly"],
    "km": ["សុខ ដារ៉ា", "ចាន់ សុភា", "គឹម វណ្ណៈ", "ហេង ស្រីមុំ", "ពេជ្រ រដ្ឋា", "លី គន្ធា"],
}


def add_reports(number: int, *, now: datetime) -> Iterator[int]:
    """Add `number` reports through bulk actions, one log row a batch; yields how many are done."""
    dice = random.Random(_SEED)
    places = [province.pk for province in provinces()]
    done = 0
    while done < number:
        size = min(BATCH, number - done)
        add_synthetic(parcels=[_one(dice, places, now) for _ in range(size)])
        done += size
        yield done


def _one(dice: random.Random, places: list[int], now: datetime) -> tuple[UUID, Parcel, datetime]:
    way, language = dice.choice(_WAYS), dice.choice(["km", "km", "en"])
    answers: dict[str, Any] = {
        "what": f"{dice.choice(_WORDS[language])} {dice.choice(_NAMES[language])}",
        "place": dice.choice(places),
        "last_five_days": dice.choice(["yes", "no", "no", "unsure"]),
        "child_age_band": dice.choice(["6_9", "10_12", "13_14", "15_17", "unknown"]),
        "child_sex": dice.choice(["female", "male", "unknown"]),
        "about_us": "no",
    }
    if way == "child":
        answers["safety_now"] = dice.choices(["safe", "not_sure", "not_safe"], [6, 3, 1])[0]
    if way == "online":
        answers["addresses"] = f"https://site{dice.randrange(5000)}.example/page/{dice.randrange(50)}"
    if dice.random() < _LEAVES_NUMBER:
        answers["contact_phone"] = (
            f"0{dice.choice(['12', '92', '77'])} {dice.randrange(100, 999)} {dice.randrange(100, 999)}"
        )
    at = now - timedelta(minutes=dice.randrange(1, 60 * 24 * 365))
    return UUID(int=dice.getrandbits(128), version=4), Parcel(way=way, language=language, answers=answers), at
