"""The project's settings for tests: a scratch folder for data and keys, plain static storage, no network."""

import os
import tempfile

_scratch = os.environ.get("TEST_SCRATCH") or tempfile.mkdtemp(prefix="tumpeang-test-")
os.environ.setdefault("FACE", "staff")
os.environ["DATA"] = os.path.join(_scratch, os.environ.get("PYTEST_XDIST_WORKER", "main"))
os.environ["DEMO"] = "yes"
os.environ["SECRET_KEY"] = "for-tests-only-" * 4

from tumpeang.config.settings import *  # noqa: E402, F403

os.makedirs(DATA_DIR, exist_ok=True)  # noqa: F405
# hashed names would answer 404 for what was not collected, and tests would not notice (they assert the sheet loads)
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
