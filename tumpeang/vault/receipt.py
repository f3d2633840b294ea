"""The reporter's receipt: 18 secret digits and two check digits, and the keys that come from them.

Check digits are ISO 7064 MOD 97-10, which catches every single-digit error and every swap of neighbours.
The keys come from Argon2id at the floor that OWASP's Password Storage Cheat Sheet gives (19 MiB, two passes, one lane),
salted with a pepper that is kept outside the database.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from nacl.pwhash import argon2id

from tumpeang.vault.keyring import MissingKey, derive
from tumpeang.vault.sealed import public_half

MEMORY_KIB = 19_456
PASSES = 2
_GROUP = 4
_CHECK_DIGITS = 2
_SEPARATORS = set(" -.\u00a0\u200b\u2011\u2013\t\r\n")


@dataclass(frozen=True)
class Derived:
    """What a receipt opens: where its dialogue lies, and the key pair answers are sealed to."""

    locator: bytes  # 16 bytes, stored
    secret: bytes  # 32 bytes, never stored
    public: bytes  # 32 bytes, stored


@dataclass(frozen=True)
class Scheme:
    """How long a receipt is. The default is the one in use; tests shorten it to try every code there is."""

    secret_digits: int = 18

    @property
    def length(self) -> int:
        return self.secret_digits + _CHECK_DIGITS

    def new(self) -> str:
        """A fresh receipt: digits only, check digits last."""
        return self.complete(str(secrets.randbelow(10**self.secret_digits)).zfill(self.secret_digits))

    def complete(self, secret: str) -> str:
        """Add the check digits to secret digits."""
        return f"{secret}{98 - int(secret) * 100 % 97:02d}"

    def normalise(self, typed: str) -> str | None:
        """The receipt in Latin digits, or None if what was typed cannot be one.

        Accepts digits of any script, spaces, hyphens and dots between them.
        """
        digits = []
        for sign in typed:
            if sign in _SEPARATORS:
                continue
            value = unicodedata.decimal(sign, None)
            if value is None:
                return None
            digits.append(str(value))
        code = "".join(digits)
        return code if len(code) == self.length and self.checks(code) else None

    def checks(self, code: str) -> bool:
        """True if the check digits fit (and are the ones `complete` would give)."""
        return code == self.complete(code[: self.secret_digits])


RECEIPT = Scheme()


def in_groups(code: str) -> list[str]:
    """A receipt as people copy it: groups of four."""
    return [code[start : start + _GROUP] for start in range(0, len(code), _GROUP)]


def derive_keys(code: str) -> Derived:
    """Locator and key pair of a receipt. Costs about 20 to 50 ms and 19 MiB by design."""
    seed = argon2id.kdf(32, code.encode(), pepper(), opslimit=PASSES, memlimit=MEMORY_KIB * 1024)
    secret = derive(seed, "receipt.dialogue")
    return Derived(locator=derive(seed, "receipt.locator", 16), secret=secret, public=public_half(secret))


def pepper() -> bytes:
    """16 bytes beside the public halves, never in the database."""
    return _read_pepper(Path(settings.PUBLIC_KEYS_DIR) / "pepper")


@lru_cache(maxsize=8)
def _read_pepper(path: Path) -> bytes:
    """Read once: it never changes, because every receipt hangs on it."""
    try:
        return bytes.fromhex(path.read_text())
    except FileNotFoundError:
        raise MissingKey("no pepper for receipts; run: tumpeang keys init") from None
