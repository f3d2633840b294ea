"""Code lists of this room as YAML. Slugs are never removed, only retired."""
