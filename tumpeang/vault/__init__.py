"""Keys, encrypted fields, blind indexes, sealed envelopes and shredding.

The only room that knows a cryptography library. Nothing here knows what a report or a person is.
"""
