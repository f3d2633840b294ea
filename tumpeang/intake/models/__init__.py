"""The tables of reports, one module a topic."""

from tumpeang.intake.models.alarms import Heartbeat, OnCall, Ring
from tumpeang.intake.models.desk import (
    Call,
    Caller,
    CallStep,
    Duty,
    Exposure,
    ExposureWatch,
    Feedback,
    LevelChange,
    PoliceContact,
    ReportOutcome,
    ShiftHandover,
)
from tumpeang.intake.models.keeping import Disposal, DisposalItem
from tumpeang.intake.models.report import USER, Answer, Report, ReportToken, Task, Words
from tumpeang.intake.models.safeguarding import KeptOut, SealedNote

__all__ = [
    "USER", "Answer", "Call", "CallStep", "Caller", "Disposal", "DisposalItem", "Duty", "Exposure", "ExposureWatch",
    "Feedback", "Heartbeat", "KeptOut", "LevelChange", "OnCall", "PoliceContact", "Report", "ReportOutcome",
    "ReportToken", "Ring", "SealedNote", "ShiftHandover", "Task", "Words",
]  # fmt: skip
