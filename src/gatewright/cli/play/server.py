"""The server of the page: on this machine alone, and for those alone who know its token.

Standard library: one page, five things to ask for, and a training that streams its steps as lines of JSON in the
answer to the request that began it, and ends with that. A thread serves each connection.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from gatewright.cli import output
from gatewright.cli.hints import told
from gatewright.cli.play.training import StoppedError
from gatewright.errors import GatewrightError, UsageError, reason

if TYPE_CHECKING:
    from gatewright.cli.play.desk import Desk

HOST = "127.0.0.1"
MOST_BYTES = 64 * 1024
"""Of what is asked; a truth table and a circuit are much shorter."""

MOST_CONNECTIONS = 32
WAIT = 30.0
"""Seconds for a request to arrive, and for a page to take what it is sent."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_HTML, _JSON = "text/html; charset=utf-8", "application/json"


class Server(ThreadingHTTPServer):
    """Serves the page.

    Args:
        desk: what is asked for.
        page: the HTML of the page.
        port: to listen on; 0 for a free one.

    Raises:
        UsageError: the port is taken, or may not be used.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 32

    def __init__(self, desk: Desk, page: str, port: int) -> None:
        self.desk, self.page = desk, page.encode()
        self.token, self._ticket = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._once = threading.Lock()
        try:
            super().__init__((HOST, port), Handler)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or error
            raise UsageError(
                f"port {port} cannot be used: {why}",
                hint="name another one with --port, or leave it out for a free one",
            ) from error
        self.hosts = {f"{name}:{self.server_port}" for name in (HOST, "localhost")}

    @property
    def address(self) -> str:
        """Of the page, its token in it."""
        return f"http://{HOST}:{self.server_port}/{self.token}/"

    @property
    def opening(self) -> str:
        """An address that leads to the page once: a browser's command line may be seen by other users."""
        return f"http://{HOST}:{self.server_port}/open/{self._ticket}"

    def takes(self, ticket: str) -> bool:
        """Whether this is the ticket, which is then used up."""
        with self._once:
            right = bool(self._ticket) and hmac.compare_digest(
                ticket.encode(), self._ticket.encode()
            )
            if right:
                self._ticket = ""
            return right

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own, unless there are too many."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve it, and leave its place to others."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke is not news."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    timeout = WAIT
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """The page; or from the address of the browser that is started, the way to it."""
        first, _, rest = self.path.lstrip("/").partition("/")
        if self._ours() and first == "open" and self.server.takes(rest):
            self._answer(303, b"", Location=f"/{self.server.token}/")
        elif self._known(first) and self.path == f"/{first}":  # what the page asks for is below it
            self._answer(303, b"", Location=f"/{first}/")
        elif self._known(first) and not rest:
            self._answer(200, self.server.page, _HTML)
        else:
            self._nothing(404 if self._known(first) else 403)

    def do_POST(self) -> None:
        """What the page asks for."""
        first, _, rest = self.path.lstrip("/").partition("/")
        if not self._known(first):
            self._nothing(403)
            return
        asked = self._fields()
        if asked is None:
            return
        desk = self.server.desk
        answers: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "control": desk.control,
            "circuit": desk.circuit,
            "keep": desk.keep,
            "export": lambda fields: {"page": desk.export(fields)},
        }
        if rest == "train":
            self._stream(asked)
        elif rest in answers:
            self._answer(200, _line(_safely(lambda: answers[rest](asked))), _JSON)
        else:
            self._nothing(404)

    def _known(self, token: str) -> bool:
        return self._ours() and hmac.compare_digest(token.encode(), self.server.token.encode())

    def _ours(self) -> bool:
        """Whether the request is meant for this machine, and comes from its own page or from none.

        A name of somebody else's that was made to point here has another host.
        """
        origin = self.headers.get("Origin")
        hosts, mine = self.headers.get_all("Host") or [], self.server.hosts
        return (
            len(hosts) == 1
            and hosts[0].lower() in mine
            and (origin is None or origin.lower() in {f"http://{each}" for each in mine})
            and self.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
        )

    def _fields(self) -> Mapping[str, Any] | None:
        """What was sent, or none where that was refused."""
        length = self.headers.get("Content-Length", "")
        if self.headers.get("Transfer-Encoding") or not (length.isascii() and length.isdigit()):
            self._nothing(411)
            return None
        if len(length) > 9 or int(length) > MOST_BYTES:
            self._nothing(413)
            return None
        if self.headers.get_content_type() != _JSON:
            self._nothing(415)
            return None
        try:
            fields = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            fields = None
        if isinstance(fields, dict):
            return fields
        self._nothing(400)
        return None

    def _stream(self, asked: Mapping[str, Any]) -> None:
        """Train, and send each step as a line; a page that has gone ends it."""
        self._head(200, "application/x-ndjson")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

        def tell(moment: Mapping[str, Any]) -> None:
            try:
                self.wfile.write(_line(moment))
            except OSError:  # the page has gone, or takes nothing any more
                raise StoppedError from None

        def run() -> dict[str, Any]:
            self.server.desk.train(asked, tell)
            return {"kind": "end"}

        try:
            tell(_safely(run))
        except StoppedError:
            return

    def _answer(self, code: int, body: bytes, kind: str = "", **headers: str) -> None:
        self._head(code, kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _head(self, code: int, kind: str = "") -> None:
        """The first line and what every answer has; not what answers it."""
        self.send_response_only(code)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        if kind:
            self.send_header("Content-Type", kind)

    def _nothing(self, code: int) -> None:
        """Refuse, without a word, and without reading on."""
        self.close_connection = True
        self._head(code)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - the framework's signature
        """Refuse what the framework cannot read, as we refuse all else."""
        if not hasattr(self, "request_version"):
            self.request_version = "HTTP/1.1"
        self._nothing(code)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the framework's name
        """Say nothing of requests: their addresses have the token."""


_ONE = threading.Lock()
"""A hint may have plugins loaded, which is for one thread at a time."""


def _safely(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What comes of a piece of work; an error is said to the page, in the words of the command line."""
    try:
        return work()
    except StoppedError:
        return {"kind": "stopped"}
    except GatewrightError as error:
        with _ONE:
            return {"kind": "error", "error": told(error)}
    except MemoryError:
        return {"kind": "error", "error": "there is not enough memory for this"}
    except Exception as error:  # noqa: BLE001 - of a plugin, or ours: the page and the terminal say it, others go on
        said = f"this fails, which it should not: {reason(error)}"
        output.warn(said)
        return {"kind": "error", "error": said}


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode() + b"\n"
