"""Small secrets that libraries hand us as text, under the system key; and keyed hashes for what may not be kept."""

import hashlib

from tumpeang.vault import cipher
from tumpeang.vault.keyring import SYSTEM, keyring

SECOND_FACTOR = "second_factor"


def encrypt_text(text: str, purpose: str) -> str:
    key = keyring().current(SYSTEM)
    return cipher.encrypt(key.secret, text.encode(), purpose, key_id=key.version).hex()


def decrypt_text(blob: str, purpose: str) -> str:
    raw = bytes.fromhex(blob)
    return cipher.decrypt(keyring().get(SYSTEM, cipher.key_id(raw)).secret, raw, purpose).decode()


def keyed_hash(value: str, purpose: str) -> str:
    """32 hexadecimal digits that stand for `value` and cannot be turned back without the keyring."""
    key = keyring().current(SYSTEM).derive(purpose)
    return hashlib.blake2b(value.encode(), key=key, digest_size=16).hexdigest()
