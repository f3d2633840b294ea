"""Signatures of the log's head (Ed25519) under the keyring's log key.

When the key is renewed its private half is destroyed, and its public half stays in the keyring as `log-0001.pub`: the
heads that it signed can still be checked, and no new one can be signed in its name.
"""

from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tumpeang.vault import files
from tumpeang.vault.keyring import LOG, MissingKey, keyring


def sign(message: bytes) -> tuple[int, str]:
    """The version of the key and the signature in hexadecimal."""
    key = keyring().current(LOG)
    return key.version, Ed25519PrivateKey.from_private_bytes(key.secret).sign(message).hex()


def verify(version: int, message: bytes, signature: str) -> bool:
    """True if this keyring's key of that version made the signature."""
    try:
        public = Ed25519PublicKey.from_public_bytes(_public_half(version))
        public.verify(bytes.fromhex(signature), message)
    except (InvalidSignature, MissingKey, ValueError):
        return False
    return True


def keep_public_half(version: int) -> None:
    """Lay down the public half, before the private one is destroyed."""
    files.write_durably(_public_file(version), _public_half(version).hex().encode())


def _public_half(version: int) -> bytes:
    path = _public_file(version)
    if path.exists():
        return bytes.fromhex(path.read_text())
    return Ed25519PrivateKey.from_private_bytes(keyring().get(LOG, version).secret).public_key().public_bytes_raw()


def _public_file(version: int) -> Path:
    return keyring().path / f"{LOG}-{version:04d}.pub"
