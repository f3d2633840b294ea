"""The demo: invented people and a story, played through the actions, never raw rows."""
