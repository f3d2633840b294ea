"""Does everything that is kept open with the keys that are there? What a restore must show before it is believed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db.models import Model

from tumpeang.access import log
from tumpeang.letterbox.models import Message, SealedReport
from tumpeang.vault import sealed, secrets
from tumpeang.vault.cipher import Unreadable
from tumpeang.vault.fields import EMPTIED, EncryptedField
from tumpeang.vault.keyring import HOTLINE, MissingKey
from tumpeang.vault.keystore import Shredded, keystore

BATCH = 500
SECRETS = ("secret", "seed")  # what the accounts library keeps encrypted of a second factor
_CLOSED = (Unreadable, MissingKey, Shredded, ValueError)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    what: str
    faults: int

    def line(self) -> str:
        return self.what if not self.faults else f"MEND  {self.what}, and {self.faults} do not"


def encrypted() -> Iterator[tuple[type[Model], list[EncryptedField]]]:
    """Every model with its encrypted fields."""
    for model in apps.get_models():
        found = [field for field in model._meta.concrete_fields if isinstance(field, EncryptedField)]
        if found:
            yield model, found


def examine() -> list[Check]:
    keys = list(keystore().check())
    faults = list(log.verify())
    return [
        Check(f"{sum(keys)} subject keys unwrap", len(keys) - sum(keys)),
        _fields(),
        _second_factors(),
        _sealed(),
        Check("the log's chain and its signed heads verify", len(faults)),
    ]


def _fields() -> Check:
    """Opens every encrypted field of every row, but for those whose subject was erased. Nothing of it is kept."""
    erased, good, bad, gone = keystore().erased(), 0, 0, 0
    for model, fields in encrypted():
        for row in model._default_manager.iterator(chunk_size=BATCH):
            for field in fields:
                if _subject(row) in erased or row.__dict__[field.attname] == EMPTIED:
                    gone += 1
                elif _opens(row, field):
                    good += 1
                else:
                    bad += 1
    return Check(f"{good} encrypted fields open, {gone} of erased subjects stay closed", bad)


def _subject(row: Any) -> Any:
    name = getattr(type(row), "vault_subject", None)
    return getattr(row, name) if name else None


def _opens(row: Model, field: EncryptedField) -> bool:
    try:
        getattr(row, field.attname)
    except _CLOSED:
        return False
    return True


def _second_factors() -> Check:
    good = bad = 0
    for factor in Authenticator.objects.iterator(chunk_size=BATCH):
        for name in SECRETS:
            if isinstance(value := factor.data.get(name), str):
                try:
                    secrets.decrypt_text(value, secrets.SECOND_FACTOR)
                    good += 1
                except _CLOSED:
                    bad += 1
    return Check(f"{good} second factors open", bad)


def _sealed() -> Check:
    """Envelopes that wait for the hotline: is their private half there?"""
    waiting = [*SealedReport.objects.filter(recipient__startswith=HOTLINE).values_list("recipient", flat=True)]
    waiting += Message.objects.filter(recipient__startswith=HOTLINE).values_list("recipient", flat=True)
    good = 0
    for name in waiting:
        try:
            sealed.private_half(name)
            good += 1
        except MissingKey:
            continue
    return Check(f"{good} sealed envelopes that wait can be opened", len(waiting) - good)
