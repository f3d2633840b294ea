"""What the log alone tells of reports, answers and added words: its rows played again, in their order."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tumpeang.access.models import LogRow
from tumpeang.intake.models import Task, Words
from tumpeang.intake.states import AnswerStage, Stage, TaskKind
from tumpeang.letterbox.states import State

INBOX = "inbox"
Done = tuple[str, str, str, str]  # action, who, on what, and to whom


@dataclass
class Standing:
    """One report as the log leaves it."""

    tokens: int = 0
    care: int = 0
    stage: str = Stage.WAITING
    holder: str = ""
    answers: int = 0
    opinions: int = 0
    opinion_open: bool = False
    read: bool = False
    ended: bool = False  # once or more
    said: str = ""  # acting or ended, whichever was said last

    def dialogue_state(self, *, answered: bool) -> str:
        return self.said or (State.READ if self.read or answered else State.RECEIVED)


@dataclass
class Replay:
    """Call `play` with each row of what was done; the rest is the result."""

    rows: int = 0
    done: Counter[Done] = field(default_factory=Counter)
    reports: dict[str, Standing] = field(default_factory=dict)
    checked: dict[str, str] = field(default_factory=dict)  # answers that a second reader has judged: their stage
    words: set[str] = field(default_factory=set)
    rings: set[str] = field(default_factory=set)
    opinions: dict[str, str] = field(default_factory=dict)  # the report of each question for an opinion
    words_of: dict[str, str] = field(default_factory=dict)  # the report of all added words
    astray: list[str] = field(default_factory=list)  # rows on a report that was not received before

    def play(self, row: LogRow) -> None:
        self.rows += 1
        self.done[row.action, str(row.actor_id or ""), row.target_id, row.notes.get("to", "")] += 1
        if act := _ACTS.get(row.action):
            act(self, row)

    def of(self, row: LogRow) -> Standing:
        if row.target_id not in self.reports:
            self.astray.append(f"row {row.seq}, {row.action}")
        return self.reports.setdefault(row.target_id, Standing())


def of_log() -> Replay:
    """The whole log. Which report a task or added words belong to is the one thing that it does not tell."""
    opinions = Task.objects.filter(kind=TaskKind.SECOND_OPINION).values_list("pk", "report")
    words = Words.objects.values_list("pk", "report")
    replay = Replay(
        opinions={str(pk): str(report) for pk, report in opinions},
        words_of={str(pk): str(report) for pk, report in words},
    )
    for row in LogRow.objects.filter(outcome="done").order_by("seq").iterator():
        replay.play(row)
    return replay


# ---- what each act does --------------------------------------------------------------------------------------------


def _receive(replay: Replay, row: LogRow) -> None:
    replay.reports[row.target_id] = Standing(tokens=row.notes["tokens"], care=row.notes["tasks"])


def _take(replay: Replay, row: LogRow) -> None:
    report = replay.of(row)
    report.stage, report.holder = Stage.TAKEN, str(row.actor_id)


def _hand_over(replay: Replay, row: LogRow) -> None:
    report, to = replay.of(row), row.notes["to"]
    report.stage, report.holder = (Stage.WAITING, "") if to == INBOX else (Stage.TAKEN, to)


def _read(replay: Replay, row: LogRow) -> None:
    replay.of(row).read = True


def _say_acting(replay: Replay, row: LogRow) -> None:
    replay.of(row).said = State.ACTING


def _end(replay: Replay, row: LogRow) -> None:
    report = replay.of(row)
    report.stage, report.said, report.ended = Stage.ENDED, State.ENDED, True


def _ask(replay: Replay, row: LogRow) -> None:
    report = replay.of(row)
    report.opinions += not report.opinion_open
    report.opinion_open = True


def _do_task(replay: Replay, row: LogRow) -> None:
    if row.target_id in replay.opinions:
        replay.reports[replay.opinions[row.target_id]].opinion_open = False


def _write(replay: Replay, row: LogRow) -> None:
    replay.of(row).answers += 1


def _approve(replay: Replay, row: LogRow) -> None:
    replay.checked[row.target_id] = AnswerStage.SENT


def _give_back(replay: Replay, row: LogRow) -> None:
    replay.checked[row.target_id] = AnswerStage.RETURNED


def _add_words(replay: Replay, row: LogRow) -> None:
    replay.words.add(row.target_id)
    report = replay.reports.get(replay.words_of.get(row.target_id, ""))
    if report and report.stage == Stage.ENDED:  # who writes again after the end is not left unread
        report.stage, report.holder = Stage.WAITING, ""


def _ring(replay: Replay, row: LogRow) -> None:
    replay.rings.add(row.target_id)


_ACTS: dict[str, Callable[[Replay, LogRow], None]] = {
    "report.receive": _receive,
    "report.take": _take,
    "report.hand_over": _hand_over,
    "report.read_account": _read,
    "report.say_acting": _say_acting,
    "report.end": _end,
    "report.ask_opinion": _ask,
    "report.add_words": _add_words,
    "task.do": _do_task,
    "answer.write": _write,
    "answer.approve": _approve,
    "answer.return": _give_back,
    "ring": _ring,
}
