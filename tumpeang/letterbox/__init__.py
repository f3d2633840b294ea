"""The letterbox: the only room that the public face writes to.

It can drop a report in and cannot take one out. No accounts, no log, no key that opens anything: what is dropped is
sealed to the hotline's public key. `intake`, on the staff side, empties it.
"""
