"""``circuits play`` from the command line: its address, its end, and the page in a file."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.cli.play.asked import read_asked
from gatewright.cli.play.server import Server
from gatewright.gates.training.train import train
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits


@contextmanager
def started(*words: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "gatewright", "play", "--no-browser", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.usefixtures("only_built_in")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_while_a_gate_is_trained(sign: signal.Signals, tmp_path: Path) -> None:
    with started("--store", str(tmp_path / "kept")) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert process.stdout.readline() == "For this machine only; Ctrl-C ends it.\n"
        host, _, rest = address.removeprefix("http://").partition("/")
        link = http.client.HTTPConnection(host, timeout=20)
        fields = {"gate": "xor", "layers": "4", "optimiser": "gd", "speed": 2}
        headers = {"Content-Type": "application/json"}
        link.request("POST", f"/{rest}train", json.dumps(fields), headers)
        answer = link.getresponse()
        assert json.loads(answer.readline())["kind"] == "begun"
        process.send_signal(sign)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (0, "ended\n", "")
        assert not (tmp_path / "kept").exists()
        link.close()


@pytest.mark.usefixtures("only_built_in")
def test_the_address_in_json() -> None:
    with started("--json", "--port", "0") as process:
        assert process.stdout is not None
        text = ""
        while not text.endswith("}\n"):
            text += process.stdout.readline()
        document = json.loads(text)
        assert document["schema"] == "gatewright/play/1"
        assert document["address"].startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20) == ("", "")
        assert process.returncode == 0


def test_the_page_in_a_file(circuits: Circuits, plugins: Plugins, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    assert circuits("play", "--export", out) == (0, f"wrote {out}: open it in a browser\n", "")
    page = out.read_text()
    data = json.loads(page.partition('id="play-data">')[2].partition("</script>")[0])
    spec = plugins.gates["xor"]
    wanted = read_asked(plugins, {"gate": "xor", "layers": "2,4", "optimiser": "adam"})
    assert data["result"]["theta"] == train(spec, wanted.recipe).theta.tolist()
    assert len(data["steps"]) > 50
    assert "sum" in page  # its half adder
    assert "connect-src" not in page
    assert not (tmp_path / "store").exists()
    code, _, err = circuits("play", "--export", out)
    assert (code, "exists; name another file, or give --force" in err) == (2, True)
    words = ("play", "mine: a & ~b", "--layers", "3", "--export", out, "--force", "--json")
    code, text, _ = circuits(*words)
    assert (code, json.loads(text)["gate"]) == (0, "mine")
    assert '"name":"mine"' in out.read_text()


def test_a_copy_runs_the_units_of_its_gates(circuits: Circuits, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    words = ("--layers", "4", "--activations", "leaky-relu(0.1),logistic", "--export", out)
    assert circuits("play", "xor", *words).code == 0
    script = out.read_text().rpartition("<script>")[2]
    assert '"leaky-relu(0.1)": (z) => z > 0 ? z : 0.1 * z,' in script


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["xro"], "no gate 'xro'; did you mean 'xor'?"),
        (["xor", "--layers", "two"], "--layers two is not a list of whole numbers"),
        (["xor", "--layers", "999"], "a network of 3997 parameters is more than a page shows"),
        (["xor", "--restarts", "999"], "999 restarts are more than a page shows"),
        (["xor", "--margin", "0.7"], "a margin of 0.7 cannot be proved"),
        (["a & b & c & d & e"], "has 5 inputs and 1 outputs, and a page shows up to 4 and 4"),
        (["xor", "--port", "99999"], "--port"),
        (["xor", "--export", "/no/such/place.html"], "there is no folder /no/such"),
    ],
)
def test_what_cannot_be_played(circuits: Circuits, words: list[str], told: str) -> None:
    code, out, err = circuits("play", "--no-browser", *words)
    assert (code, out) == (3 if "no gate" in told else 2, "")
    assert told in err


def test_a_browser_is_opened_by_an_address_that_serves_once(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    shown = threading.Event()

    def note(address: str) -> None:
        opened.append(address)
        shown.set()

    def serve(server: Server, **_: float) -> None:
        assert shown.wait(10)
        assert server.opening == opened[0]
        assert server.token not in server.opening
        raise KeyboardInterrupt

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", note)
    monkeypatch.setattr(Server, "serve_forever", serve)
    code, out, _ = circuits("play")
    assert code == 0
    assert out.endswith("\nended\n")
