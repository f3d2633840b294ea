"""The moments in which a key is renewed between looking and reading: made to happen, since a load seldom meets them."""

import threading
from uuid import uuid4

import pytest

from tumpeang.vault import index, secrets, signing
from tumpeang.vault.keyring import INDEX, KEK, LOG, SYSTEM, Keyring, MissingKey, keyring
from tumpeang.vault.keystore import keystore

pytestmark = pytest.mark.usefixtures("own_keys")


def fresh(path) -> Keyring:
    """The keyring as another process has it that has read nothing yet."""
    return Keyring(path)


def once_before(monkeypatch, ring, name, happens):
    """Let something happen just before the first call of a method."""
    method, waiting = getattr(ring, name), [happens]

    def first_this(*args):
        if waiting:
            waiting.pop()()
        return method(*args)

    monkeypatch.setattr(ring, name, first_this)


def test_a_subject_key_that_is_wrapped_anew_while_it_is_read_opens(monkeypatch):
    store, ring, subject = keystore(), keyring(), uuid4()
    key = store.make(subject)

    def rotate():
        monkeypatch.undo()
        ring.add(KEK)
        list(store.rewrap())
        ring.destroy(KEK, 1)

    once_before(monkeypatch, ring, "get", rotate)
    assert store.get(subject) == key and ring.versions(KEK) == [2]


def test_keys_of_many_are_found_at_once_but_for_those_erased_and_unknown():
    store, subjects = keystore(), [uuid4() for _ in range(1100)]
    keys = store.make_many(subjects)
    for gone in subjects[::100]:
        store.destroy(gone)
    left = {subject: key for subject, key in keys.items() if subject not in subjects[::100]}
    assert store.find(iter([*subjects, uuid4(), subjects[1]])) == left and store.find([]) == {}


def test_a_log_key_that_is_renewed_while_one_signs_is_no_hindrance(monkeypatch):
    ring = keyring()

    def renew():
        monkeypatch.undo()
        ring.add(LOG)
        signing.keep_public_half(1)
        ring.destroy(LOG, 1)

    once_before(monkeypatch, ring, "get", renew)
    version, signature = signing.sign(b"head")
    assert version == 2 and signing.verify(2, b"head", signature)


@pytest.mark.parametrize(
    ("kind", "use"), [(INDEX, lambda: index.tokens("url", "x")), (SYSTEM, lambda: secrets.keyed_hashes("x", "y"))]
)
def test_an_old_key_that_goes_while_all_are_asked_for_is_left_out(monkeypatch, kind, use):
    ring = keyring()
    ring.add(kind)
    ring._cache.clear()  # a process that has just begun

    def go():
        monkeypatch.undo()
        ring.destroy(kind, 1)

    once_before(monkeypatch, ring, "get", go)
    assert len(use()) == 1


def test_a_key_that_is_destroyed_is_whole_or_not_there_for_who_reads_it(own_keys):
    """A hundred times: a reader finds the secret or nothing, never the noise that it is overwritten with."""
    ring = keyring()
    read, stop = set(), threading.Event()

    def reader():
        while not stop.is_set():
            try:
                read.add(fresh(ring.path).get(INDEX, 2).secret)
            except MissingKey:
                continue

    thread = threading.Thread(target=reader)
    thread.start()
    secret = bytes(32)
    for _ in range(100):
        ring.add(INDEX, secret)
        ring.destroy(INDEX, 2)
    stop.set()
    thread.join()
    assert read <= {secret}
