"""The tables of reports, one module a topic."""

from tumpeang.intake.models.alarms import Heartbeat, OnCall, Ring
from tumpeang.intake.models.keeping import Disposal, DisposalItem
from tumpeang.intake.models.report import USER, Answer, Report, ReportToken, Task, Words
from tumpeang.intake.models.safeguarding import KeptOut, SealedNote

__all__ = [
    "USER", "Answer", "Disposal", "DisposalItem", "Heartbeat", "KeptOut", "OnCall", "Report", "ReportToken", "Ring",
    "SealedNote", "Task", "Words",
]  # fmt: skip
