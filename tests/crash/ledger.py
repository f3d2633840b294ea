"""What was acknowledged: an answer to a button had come back whole before it is written here."""

from dataclasses import dataclass, field
from uuid import UUID

from tumpeang.vault.receipt import Derived


@dataclass
class Told:
    """A report as it was told, and the receipt that came back for it."""

    receipt: str
    answers: dict[str, str]
    cookie: str = ""  # of its draft, if it had one
    added: list[str] = field(default_factory=list)  # words sent later with the code
    opens: Derived | None = None  # what the receipt opens, once it was derived


@dataclass(frozen=True)
class Act:
    """One act of a worker: what the log must say of it, and what it must have left behind."""

    action: str
    actor: UUID
    target: str = ""
    to: str = ""  # of a hand-over
    answer: str = ""  # the id of an answer's form
    words: str = ""  # of an answer, or the remark on one


@dataclass
class Ledger:
    """Written by all people at once: by appending only, which threads may do."""

    reports: int  # how many are wanted
    acts: int
    told: list[Told] = field(default_factory=list)
    done: list[Act] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)  # addresses that were pressed in vain
    errors: list[str] = field(default_factory=list)  # answers that said that something went wrong

    @property
    def enough_reports(self) -> bool:
        return len(self.told) >= self.reports

    @property
    def enough_acts(self) -> bool:
        return len(self.done) >= self.acts

    @property
    def reports_ahead(self) -> bool:
        """True when reporters should let the staff catch up: the blows shall fall on both."""
        return len(self.told) * self.acts > (len(self.done) + 20) * self.reports

    @property
    def count(self) -> int:
        return len(self.told) + len(self.done)
