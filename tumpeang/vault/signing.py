"""Signatures of the log's head (Ed25519) under the keyring's log key."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tumpeang.vault.keyring import LOG, MissingKey, keyring


def sign(message: bytes) -> tuple[int, str]:
    """The version of the key and the signature in hexadecimal."""
    key = keyring().current(LOG)
    return key.version, Ed25519PrivateKey.from_private_bytes(key.secret).sign(message).hex()


def verify(version: int, message: bytes, signature: str) -> bool:
    """True if this keyring's key of that version made the signature."""
    try:
        secret = keyring().get(LOG, version).secret
        public = Ed25519PrivateKey.from_private_bytes(secret).public_key()
        public.verify(bytes.fromhex(signature), message)
    except (InvalidSignature, MissingKey, ValueError):
        return False
    return True
