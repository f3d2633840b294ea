"""Reference data of the directory as YAML, and how it is read. Slugs and ids are never removed, only retired."""

from functools import cache
from importlib import resources
from typing import Any

import yaml


@cache
def read(name: str) -> Any:
    """What stands in `<name>.yaml`. Shared between callers: do not change it."""
    return yaml.safe_load((resources.files(__name__) / f"{name}.yaml").read_text(encoding="utf-8"))
