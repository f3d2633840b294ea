"""The crash drill: the house is killed again and again while people report and answer, and then the books are read.

`make crash` runs it with the servers of production, tests/test_crash.py a small one in the suite. `people` press
buttons over HTTP and write into the `ledger` only what was answered; `house` starts and kills the servers; `checks`
holds database, key store and log against the ledger and, by a `replay` of the log, against one another.
"""
