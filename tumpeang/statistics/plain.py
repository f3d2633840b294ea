"""Plain data as YAML text that reads back as it was, Khmer readable."""

from typing import Any

import yaml

ODD_BREAKS = "\x85\u2028\u2029"  # breaks of lines to YAML 1.1, which folds them into spaces unless they are escaped


class _Writer(yaml.SafeDumper):
    pass


def _text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if any(sign in text for sign in ODD_BREAKS) else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _text)


def to_yaml(data: Any) -> str:
    """Keys in their order; text as it is, escaped where YAML would change it."""
    return yaml.dump(data, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=120)
