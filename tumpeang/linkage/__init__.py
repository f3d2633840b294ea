"""Workshop: names, and who may be the same. Plain Python; imports nothing of ours (docs/explanation/names.md)."""
