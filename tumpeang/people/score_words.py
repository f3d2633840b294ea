"""Why two records may be of one person, in words and as a drawing (linkage/waterfall.py has the figures). Pure."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tumpeang.linkage import waterfall
from tumpeang.linkage.scoring import Score

FIELDS: dict[str, str | Promise] = {
    "start": gettext_lazy("Any two people"),
    "sum": gettext_lazy("All together"),
    "name": gettext_lazy("Name"),
    "birth_year": gettext_lazy("Year of birth"),
    "birth_day": gettext_lazy("Day of birth"),
    "sex": gettext_lazy("Sex"),
    "place": gettext_lazy("Where they live"),
    "phone": gettext_lazy("Phone or name online"),
    "identifier": gettext_lazy("Number of a document"),
    "relations": gettext_lazy("Relatives"),
    "nationality": gettext_lazy("Nationality"),
}
# what is said where a level is reached; the keys are those of linkage/model.yaml
REASONS: dict[str, str | Promise] = {
    "name.letters": gettext_lazy("written the same"),
    "name.strict": gettext_lazy("the same name, spelled another way"),
    "name.sounds": gettext_lazy("the name sounds the same"),
    "name.near": gettext_lazy("the name differs by a letter or two"),
    "name.alone": gettext_lazy("one name of one is a part of the other's"),
    "name.one_part": gettext_lazy("one part of the name is the same"),
    "name.other": gettext_lazy("another name"),
    "birth_year.same": gettext_lazy("born in the same year"),
    "birth_year.possible": gettext_lazy("the ages fit together"),
    "birth_year.off_by_one": gettext_lazy("a year apart"),
    "birth_year.other": gettext_lazy("born in another year"),
    "birth_day.same": gettext_lazy("the same day and month"),
    "birth_day.crossed": gettext_lazy("day and month the other way round"),
    "birth_day.one_part": gettext_lazy("only the day or only the month is the same"),
    "birth_day.other": gettext_lazy("another day and month"),
    "sex.same": gettext_lazy("the same sex"),
    "sex.other": gettext_lazy("another sex"),
    "place.village": gettext_lazy("the same village"),
    "place.commune": gettext_lazy("the same commune"),
    "place.district": gettext_lazy("the same district"),
    "place.province": gettext_lazy("the same province"),
    "place.other": gettext_lazy("another province"),
    "phone.same": gettext_lazy("share a phone or a name online"),
    "phone.other": gettext_lazy("no phone or name online is shared"),
    "identifier.same": gettext_lazy("the same number of a document"),
    "identifier.other": gettext_lazy("other numbers of documents"),
    "relations.shared": gettext_lazy("the same relative"),
    "relations.other": gettext_lazy("other relatives"),
    "nationality.same": gettext_lazy("the same nationality"),
    "nationality.other": gettext_lazy("another nationality"),
}
_WIDE = 100.0  # the drawing is as wide, in units of its own


@dataclass(frozen=True)
class Said:
    """One reason in words: what it is about, what is so, whether it speaks for one person."""

    about: str
    words: str
    speaks_for: bool


@dataclass(frozen=True)
class Drawn:
    """One bar: its words, its bits, and where it lies in a drawing 100 wide."""

    about: str
    words: str
    bits: str
    x: str
    width: str
    kind: str  # start, for, against, sum


def reasons(score: Score, most: int = 3) -> list[Said]:
    """The three that say most, in words."""
    return [
        Said(_field(reason.field), _words(reason.key, reason.rare), reason.speaks_for)
        for reason in (waterfall.reasons(score, most) if waterfall.in_order(score) else [])
    ]


def not_known(score: Score) -> list[str]:
    """What could not be compared: worth asking for."""
    return [_field(field) for field in waterfall.unknown(score)]


def verdict(score: Score) -> str:
    """How surely, in words: never that it is so."""
    if score.weight >= 10:  # noqa: PLR2004  a thousand to one
        return _("Very probably one person")
    if score.weight >= 3:  # noqa: PLR2004  eight to one
        return _("Probably one person")
    return _("Perhaps one person") if score.weight >= 0 else _("Probably two people")


def bars(score: Score) -> list[Drawn]:
    """The waterfall: where two people taken at random stand, what each field adds, and the sum."""
    found = waterfall.bars(score)
    ends = [0.0, *(bar.before for bar in found), *(bar.after for bar in found)]
    low, high = min(ends), max(ends)
    scale = _WIDE / (high - low or 1)
    drawn = []
    for bar in found:
        left, right = sorted((bar.before, bar.after))
        drawn.append(
            Drawn(
                about=_field(bar.field),
                words=_words(f"{bar.field}.{bar.level}") if bar.level else "",
                bits=f"{bar.weight:+.1f}",
                x=f"{(left - low) * scale:.2f}",
                width=f"{max((right - left) * scale, 0.8):.2f}",
                kind=bar.field if bar.field in {"start", "sum"} else "for" if bar.weight > 0 else "against",
            )
        )
    return drawn


def zero(score: Score) -> str:
    """Where in the drawing it is as likely as not."""
    found = waterfall.bars(score)
    ends = [0.0, *(bar.before for bar in found), *(bar.after for bar in found)]
    return f"{-min(ends) * _WIDE / (max(ends) - min(ends) or 1):.2f}"


def of(score: Score) -> dict[str, Any]:
    """Everything that the pages show of a score."""
    return {
        "verdict": verdict(score),
        "reasons": reasons(score),
        "not_known": not_known(score),
        "bars": bars(score),
        "zero": zero(score),
        "bits": f"{score.weight:+.1f}",
    }


def _field(name: str) -> str:
    return str(FIELDS.get(name, name))


def _words(key: str, rare: bool | None = None) -> str:
    words = str(REASONS.get(key, key))
    if rare is None:
        return words
    return (
        _("%(what)s, and it is rare") % {"what": words} if rare else _("%(what)s, but many have it") % {"what": words}
    )
