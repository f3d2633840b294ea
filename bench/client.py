"""A plain HTTP client on one connection that stays open, which counts the bytes on the wire."""

import gzip
import http.client
import time
from dataclasses import dataclass
from urllib.parse import urlencode

ACCEPTED = "br, gzip"


@dataclass(frozen=True)
class Answer:
    status: int
    wire_bytes: int  # status line, headers and body, as they came
    seconds: float  # from the request's first byte to the answer's last
    encoding: str
    location: str
    cookie: str  # the draft's, if one was given
    text: str


class Client:
    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def fetch(
        self, path: str, *, cookie: str = "", form: dict[str, str] | None = None, accept: str = ACCEPTED
    ) -> Answer:
        """GET, or POST where there is a form. Redirects are not followed."""
        headers = {"Accept-Encoding": accept, "Cookie": f"d={cookie}"}
        body = None
        if form is not None:
            body = urlencode(form)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin}
        start = time.perf_counter()
        self._connection.request("GET" if body is None else "POST", path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        return _answer(response, content, time.perf_counter() - start)


def _answer(response: http.client.HTTPResponse, content: bytes, seconds: float) -> Answer:
    encoding = response.headers.get("Content-Encoding", "none")
    set_cookie = response.headers.get("Set-Cookie", "")
    return Answer(
        status=response.status,
        wire_bytes=_head_bytes(response) + len(content),
        seconds=seconds,
        encoding=encoding,
        location=response.headers.get("Location", ""),
        cookie=set_cookie.split(";")[0].removeprefix("d=") if set_cookie.startswith("d=") else "",
        text=(gzip.decompress(content) if encoding == "gzip" else content).decode(errors="replace"),
    )


def _head_bytes(response: http.client.HTTPResponse) -> int:
    lines = [f"HTTP/1.1 {response.status} {response.reason}", *(f"{k}: {v}" for k, v in response.headers.items()), ""]
    return sum(len(line.encode()) + 2 for line in lines)
