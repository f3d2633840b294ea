"""Persons: what is known of somebody, who said it, and finding them again by a number or a name of theirs."""
