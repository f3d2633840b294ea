"""The people of the drill: they press buttons over HTTP, and press again when no answer comes."""

import http.client
import random
import re
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from tests.crash.ledger import Act, Ledger, Told
from tumpeang.letterbox.ways import BY_SIGN

PATIENCE = 60.0  # seconds for one answer
_AGAIN = 0.05  # seconds until somebody presses again
_PAUSE = 0.5  # seconds until somebody with nothing to do looks again
_REFUSED = "/refused/"  # the page that every form says it came from: a refusal leads back there
_CSRF = "c" * 32
OUTCOMES = ["advice_given", "referred_to_service"]  # what comes of every report that is ended
_ID = r"([0-9a-f]{8}-[0-9a-f-]{27})"


Form = Mapping[str, str | list[str]]
ACTIONS = {
    *("report.take", "report.look", "report.read_account", "report.say_acting", "report.ask_opinion", "task.do"),
    *("report.hand_over", "report.end", "answer.write", "answer.look", "answer.approve", "answer.return"),
}


class Over(Exception):
    """The drill is over."""


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    cookie: str
    text: str

    @property
    def refused(self) -> bool:
        return self.status == 422 or self.location.endswith(_REFUSED)


class Person(threading.Thread):
    """One person with one browser."""

    def __init__(self, name: str, port: int, ledger: Ledger, *, seed: object, cookies: str = "") -> None:
        super().__init__(name=name, daemon=True)
        self.port, self.ledger, self.cookies = port, ledger, cookies
        self.random = random.Random(f"{seed} {name}")
        self.fault: Exception | None = None
        self.over = threading.Event()
        self._http: http.client.HTTPConnection | None = None

    def run(self) -> None:
        try:
            while not self.over.is_set() and not self.satisfied:
                self.once()
        except Over:
            pass
        except Exception as error:
            self.fault = error  # the drill raises it
        finally:
            self._hang_up()

    @property
    def satisfied(self) -> bool:
        raise NotImplementedError

    def once(self) -> None:
        raise NotImplementedError

    # ---- the browser -----------------------------------------------------------------------------------------------

    def press(self, path: str, form: Form | None = None, *, cookies: str = "") -> Answer:
        """GET, or POST where there is a form, until an answer comes that is not an error of ours."""
        while True:
            try:
                connection = self._connection()
            except OSError:  # nobody is there
                self.pause(_AGAIN)
                continue
            try:
                answer = self._ask(connection, path, form, cookies or self.cookies)
            except (OSError, http.client.HTTPException):
                self.ledger.unanswered.append(path)
            else:
                if answer.status < 500:
                    return answer
                self.ledger.errors.append(f"{answer.status} {path}")
                self.ledger.unanswered.append(path)
            self._hang_up()
            self.pause(_AGAIN)

    def _connection(self) -> http.client.HTTPConnection:
        if self._http is None:
            fresh = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            fresh.connect()
            self._http = fresh
        return self._http

    def _ask(self, connection: http.client.HTTPConnection, path: str, form: Form | None, cookies: str) -> Answer:
        origin = f"http://127.0.0.1:{self.port}"
        headers = {"Cookie": cookies, "Referer": origin + _REFUSED}
        body = None
        if form is not None:
            body = urlencode(form, doseq=True)
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("GET" if body is None else "POST", path, body, headers)
        response = connection.getresponse()
        content = response.read()
        return Answer(
            status=response.status,
            location=response.headers.get("Location", ""),
            cookie=response.headers.get("Set-Cookie", "").split(";")[0],
            text=content.decode(),
        )

    def _hang_up(self) -> None:
        if self._http:
            self._http.close()
            self._http = None

    def pause(self, seconds: float = _PAUSE) -> None:
        if self.over.wait(seconds):
            raise Over


def _must(answer: Answer, good: bool, what: str) -> None:
    if not good:
        raise AssertionError(f"{what}: answered {answer.status} {answer.location}")


# ---- who reports ---------------------------------------------------------------------------------------------------


class Reporter(Person):
    """Sends reports: question by question with a draft, or on the one page; now and then adds words to one."""

    def once(self) -> None:
        if self.ledger.reports_ahead:
            self.pause()
            return
        told = self.by_draft() if self.random.random() < 0.35 else self.on_one_page()
        self.ledger.told.append(told)
        if self.random.random() < 0.15:
            self.add_words(told)

    @property
    def satisfied(self) -> bool:
        return self.ledger.enough_reports

    def by_draft(self) -> Told:
        """The way of who saw something online: a draft, two answers that give index rows, sending, the receipt."""
        mark = _mark()
        answers = {
            "what": f"Somebody should look here. {mark}",
            "addresses": f"https://{mark}.example/page",
            "user_names": f"@{mark}",
        }
        started = self.press("/en/start/", {"w": "d"})
        _must(started, started.cookie.startswith("d="), "starting")
        for page, question in enumerate(BY_SIGN["d"].questions, start=1):
            if question.key in answers:
                form = {"w": "d", question.key: answers[question.key]}
                kept = self.press(f"/en/start/{page}/", form, cookies=started.cookie)
                _must(kept, kept.status == 302, "an answer to a question")
        sent = self.press("/en/start/send/", {"w": "d"}, cookies=started.cookie)
        _must(sent, sent.location.endswith("/start/done/"), "sending")
        done = self.press("/en/start/done/", cookies=started.cookie)
        return Told(_receipt(done), answers, cookie=started.cookie.removeprefix("d="))

    def on_one_page(self) -> Told:
        mark = _mark()
        pick = self.random.choice
        form = {
            "what": f"Somebody should look here. {mark}",
            "where_text": f"behind the market {mark}",
            "contact_phone": f"012 {secrets.randbelow(10**6):06d}",
            "safety_now": pick(["safe", "safe", "safe", "not_safe"]),
            "last_five_days": pick(["no", "no", "no", "yes"]),
            "about_us": pick(["no"] * 9 + ["yes"]),
        }
        answers = {name: value for name, value in form.items() if name != "safety_now"}
        page = self.press("/en/start/short/", form | {"w": pick("abc"), "n": secrets.token_urlsafe(32)})
        return Told(_receipt(page), answers)

    def add_words(self, told: Told) -> None:
        text = f"Something more. {_mark()}"
        form = {"code": told.receipt, "do": "add", "text": text, "n": secrets.token_urlsafe(32)}
        page = self.press("/en/code/", form)
        _must(page, "Your words are with us." in page.text, "adding words")
        told.added.append(text)


def _mark() -> str:
    """A word that stands in one report only."""
    return f"m{uuid4().hex[:20]}"


def _receipt(page: Answer) -> str:
    groups = re.findall(r"<span>(\d{4})</span>", page.text)
    _must(page, len(groups) == 5, "the receipt")
    return "".join(groups)


# ---- who answers ---------------------------------------------------------------------------------------------------


class Worker(Person):
    """Somebody of the staff, signed in."""

    def __init__(
        self, name: str, user: Any, session: str, port: int, ledger: Ledger, *, seed: object, colleague: Any = None
    ) -> None:
        super().__init__(name, port, ledger, seed=seed, cookies=f"s={session}; c={_CSRF}; l=en")
        self.me: UUID = user.pk
        self.colleague = str(colleague.pk) if colleague else ""

    @property
    def satisfied(self) -> bool:
        return self.ledger.enough_acts

    def do(self, path: str, act: Act, **form: str | list[str]) -> bool:
        """An act; False if it was refused."""
        answer = self.press(path, {"csrfmiddlewaretoken": _CSRF, **form})
        if answer.refused:
            return False
        _must(answer, answer.status in {200, 302} and "/account/" not in answer.location, path)
        self.ledger.done.append(act)
        return True


class CallTaker(Worker):
    """Takes what waits or goes on with what is theirs; reads, answers, hands over, ends."""

    def once(self) -> None:
        tab = self.random.choice(["waiting", "waiting", "mine"])
        listed = list(dict.fromkeys(re.findall(rf"/r/{_ID}/", self.press(f"/?tab={tab}").text)))
        self.random.shuffle(listed)
        if not listed:
            self.pause()
        for report in listed[:8]:
            if self.over.is_set() or self.satisfied:
                return
            if tab == "mine" or self.on(report, "take", "report.take"):
                self.work_on(report)

    def work_on(self, report: str) -> None:
        steps = [self.look, self.read, self.answer, self.say_acting, self.ask]
        last = [self.give_back, self.hand_over, self.end]
        for step in [*self.random.sample(steps, 3), self.random.choice(last)]:
            step(report)

    def look(self, report: str) -> None:
        """Open the page, and do some of what is due."""
        page = self.press(f"/r/{report}/")
        _must(page, page.status == 200, "a report's page")
        self.ledger.done.append(Act("report.look", self.me, report))
        for task in dict.fromkeys(re.findall(rf"/task/{_ID}/", page.text)):
            if self.random.random() < 0.5:
                self.do(f"/task/{task}/", Act("task.do", self.me, task), text="What was done.")

    def on(self, report: str, address: str, action: str, *, to: str = "") -> bool:
        return self.do(f"/r/{report}/{address}/", Act(action, self.me, report, to=to), **({"to": to} if to else {}))

    def read(self, report: str) -> None:
        self.on(report, "account", "report.read_account")

    def answer(self, report: str) -> None:
        form, text = str(uuid4()), f"We have read it. {_mark()}"
        act = Act("answer.write", self.me, report, answer=form, words=text)
        self.do(f"/r/{report}/answer/", act, id=form, text=text)

    def say_acting(self, report: str) -> None:
        self.on(report, "acting", "report.say_acting")

    def ask(self, report: str) -> None:
        self.on(report, "opinion", "report.ask_opinion")

    def give_back(self, report: str) -> None:
        self.on(report, "hand-over", "report.hand_over", to="inbox")

    def hand_over(self, report: str) -> None:
        self.on(report, "hand-over", "report.hand_over", to=self.colleague)

    def end(self, report: str) -> None:
        self.do(f"/r/{report}/end/", Act("report.end", self.me, report), outcomes=OUTCOMES)


class SecondReader(Worker):
    """Reads answers of others before they are sent, and opinions that are asked for."""

    def once(self) -> None:
        page = self.press("/check/")
        waiting = list(dict.fromkeys(re.findall(rf"/check/{_ID}/approve/", page.text)))
        if not waiting:
            self.pause(2 * _PAUSE)
            return
        self.ledger.done.append(Act("answer.look", self.me))
        for answer in waiting[:8]:
            if self.over.is_set() or self.satisfied:
                return
            if self.random.random() < 0.5:  # both often enough that a drill meets both
                self.do(f"/check/{answer}/approve/", Act("answer.approve", self.me, answer))
            else:
                remark = f"Shorter, please. {_mark()}"
                self.do(f"/check/{answer}/return/", Act("answer.return", self.me, answer, words=remark), text=remark)
