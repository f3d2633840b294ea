"""Small secrets that libraries hand us as text, under the system key; and keyed hashes for what may not be kept."""

import hashlib

from tumpeang.vault import cipher
from tumpeang.vault.keyring import SYSTEM, Key, keyring

SECOND_FACTOR = "second_factor"


def encrypt_text(text: str, purpose: str) -> str:
    key = keyring().current(SYSTEM)
    return cipher.encrypt(key.secret, text.encode(), purpose, key_id=key.version).hex()


def decrypt_text(blob: str, purpose: str) -> str:
    raw = bytes.fromhex(blob)
    return cipher.decrypt(keyring().get(SYSTEM, cipher.key_id(raw)).secret, raw, purpose).decode()


def keyed_hash(value: str, purpose: str) -> str:
    """32 hexadecimal digits that stand for `value` and cannot be turned back without the keyring."""
    return _hash(value, keyring().current(SYSTEM), purpose)


def keyed_hashes(value: str, purpose: str) -> list[str]:
    """The same under each system key that there is: a hash that is kept stays good while the key is being changed."""
    return [_hash(value, key, purpose) for key in keyring().all(SYSTEM)]


def _hash(value: str, key: Key, purpose: str) -> str:
    return hashlib.blake2b(value.encode(), key=key.derive(purpose), digest_size=16).hexdigest()
