"""Tumpeang: from the first call to the child's recovery."""

__version__ = "0.1.0"
