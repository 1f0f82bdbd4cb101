"""Who gets the page, and who gets nothing; what is asked, and what is refused."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gatewright.cli.play.server import MOST_BYTES, MOST_CONNECTIONS, Server
from gatewright.errors import UsageError
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.store import Store
from gatewright.gates.training.recipe import dense_recipe
from gatewright.gates.training.train import train
from gatewright.learn.activations import ACTIVATIONS
from gatewright.learn.fit import Progress
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits

JSON = {"Content-Type": "application/json"}


def ask(
    server: Server, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, bytes, dict[str, str]]:
    """One request on a connection of its own; headers with ``_`` for ``-``."""
    link = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    link.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    answer = link.getresponse()
    found = answer.status, answer.read(), dict(answer.getheaders())
    link.close()
    return found


def post(server: Server, what: str, **fields: Any) -> Any:
    body = json.dumps(fields).encode()
    code, text, _ = ask(
        server, "POST", f"/{server.token}/{what}", body, Content_Type=JSON["Content-Type"]
    )
    assert code == 200
    lines = [json.loads(line) for line in text.splitlines()]
    return lines if what == "train" else lines[0]


def test_the_page_is_for_this_machine_and_needs_its_token(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert server.address == f"http://127.0.0.1:{server.server_port}/{server.token}/"
    assert len(server.token) >= 32
    code, text, headers = ask(server, "GET", f"/{server.token}/")
    assert (code, text.startswith(b"<!DOCTYPE html>")) == (200, True)
    assert server.token.encode() not in text
    assert headers["Cache-Control"] == "no-store"
    code, text, headers = ask(
        server, "GET", f"/{server.token}"
    )  # the page asks for what is below it
    assert (code, text, headers["Location"]) == (303, b"", f"/{server.token}/")
    _, _, headers = ask(server, "GET", f"/{server.token}/")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Server" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/index.html",
        "/favicon.ico",
        "//",
        "/{wrong}/",
        "/{part}/",
        "/{token}x/",
        "/open/",
        "/open/{token}",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_the_token_there_is_nothing(server: Server, method: str, path: str) -> None:
    path = path.format(wrong="a" * len(server.token), part=server.token[:-1], token=server.token)
    code, text, headers = ask(
        server,
        method,
        path,
        b"{}" if method == "POST" else None,
        Content_Type="application/json",
    )
    assert (code, text, headers["Content-Length"]) == (403, b"", "0")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:{port}"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:1"},
        {"Host": "127.0.0.1.evil.example:{port}"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_a_page_from_elsewhere_gets_nothing_even_with_the_token(
    server: Server, headers: dict[str, str]
) -> None:
    given = {name: value.format(port=server.server_port) for name, value in headers.items()}
    for method, body in (("GET", None), ("POST", b"{}")):
        place = "" if method == "GET" else "control"
        found = ask(
            server,
            method,
            f"/{server.token}/{place}",
            body,
            Content_Type="application/json",
            **given,
        )
        assert found[:2] == (403, b"")


def test_its_own_page_by_either_name_is_served(server: Server) -> None:
    for name in ("127.0.0.1", "localhost", "LOCALHOST"):
        host = f"{name}:{server.server_port}"
        origin = f"http://{host.lower()}"
        assert (
            ask(
                server,
                "GET",
                f"/{server.token}/",
                Host=host,
                Origin=origin,
                Sec_Fetch_Site="same-origin",
            )[0]
            == 200
        )


def raw(server: Server, text: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.server_port), 10) as link:
        link.sendall(text)
        found = b""
        while part := link.recv(65536):
            found += part
        return found


def test_two_hosts_or_none_are_refused(server: Server) -> None:
    good = f"Host: 127.0.0.1:{server.server_port}\r\n"
    for hosts in (good + "Host: evil.example\r\n", "Host: evil.example\r\n" + good, ""):
        found = raw(server, f"GET /{server.token}/ HTTP/1.1\r\n{hosts}\r\n".encode())
        assert found.startswith(b"HTTP/1.1 403 ")
        assert found.endswith(b"\r\n\r\n")


def test_only_what_it_knows(server: Server) -> None:
    for method in ("PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "PATCH", "CONNECT"):
        code, text, _ = ask(server, method, f"/{server.token}/")
        assert (code, text) == (501, b"")
    assert ask(server, "GET", f"/{server.token}/train")[:2] == (404, b"")
    assert ask(server, "GET", f"/{server.token}/../desk.py")[:2] == (404, b"")
    assert ask(server, "POST", f"/{server.token}/", b"{}", Content_Type="application/json")[:2] == (
        404,
        b"",
    )
    for bad in (
        b"nonsense\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x00\xff\r\n\r\n",
    ):
        found = raw(server, bad)
        assert b"<" not in found
        assert b"Python" not in found


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b"{}", {"Content_Type": "text/plain"}, 415),
        (b"{}", {"Content_Type": "application/x-www-form-urlencoded"}, 415),
        (b"[]", {}, 400),
        (b"{", {}, 400),
        (b"\xff", {}, 400),
        (b"[" * 60_000, {}, 400),
        (b'{"id": ' + b"9" * 5_000 + b"}", {}, 400),
        (b"{}" + b" " * MOST_BYTES, {}, 413),
        (b"{}", {"Content_Length": "9" * 40}, 413),
        (b"{}", {"Content_Length": "-2"}, 411),
        (b"{}", {"Content_Length": "two"}, 411),
        (b"2\r\n{}\r\n0\r\n\r\n", {"Transfer_Encoding": "chunked"}, 411),
    ],
)
def test_what_cannot_be_read_is_refused(
    server: Server, body: bytes, headers: dict[str, str], code: int
) -> None:
    given = {"Content_Type": "application/json", **headers}
    found = ask(server, "POST", f"/{server.token}/control", body, **given)
    assert found[:2] == (code, b"")


def test_the_way_of_the_browser_is_open_once(server: Server) -> None:
    path = server.opening.partition(f":{server.server_port}")[2]
    assert server.token not in path
    code, _, headers = ask(server, "GET", path)
    assert (code, headers["Location"]) == (303, f"/{server.token}/")
    assert ask(server, "GET", path)[:2] == (403, b"")


def test_a_gate_is_trained_step_by_step_as_the_library_trains_it(
    server: Server, plugins: Plugins, store: Store
) -> None:
    begun, *steps, gate, end = post(server, "train", gate="xor", layers="2,4")
    assert (begun["kind"], gate["kind"], end) == ("begun", "gate", {"kind": "end"})
    spec = plugins.gates["xor"]
    seen: list[Progress] = []
    made = train(spec, dense_recipe(spec.table), watch=seen.append)
    assert gate["theta"] == made.theta.tolist()
    assert gate["digest"] == made.digest
    assert gate["rows"] == made.learned().tolist()
    assert gate["told"] == [[f"{value:.4f}" for value in row] for row in made.learned().tolist()]
    assert made.datasheet is not None
    assert f"noise margin {made.datasheet.noise_margin:g}" in gate["guarantee"]
    learned = [each for each in steps if each["kind"] == "step"]
    assert {each["kind"] for each in steps} == {"step", "proving"}
    assert learned[-1]["step"] == len(seen)
    for told in learned:
        was = seen[told["step"] - 1]
        assert (told["epoch"], told["solved"]) == (was.epoch, was.solved)
        place = (
            was.state.restart.tolist().index(told["ahead"])
            if told["ahead"] in was.state.restart
            else None
        )
        if place is not None:
            assert told["theta"] == was.state.theta[place].tolist()
            assert told["loss"] == was.state.loss[place]
        assert told["loss"] == min(told["losses"])
    assert not store.folder.exists()


def test_a_certificate_says_what_the_command_line_says(
    server: Server, circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By how many restarts so far, and what the proof takes at a plugin's word."""
    monkeypatch.setattr(ACTIVATIONS, "foreign", lambda name: f"'{name[:4]}'")
    for words in ((), ("--layers", "2,4")):
        gate = post(server, "train", gate="xor", **({"layers": words[1]} if words else {}))[-2]
        code, out, _ = circuits("train", "xor", *words, "--store", tmp_path)
        first, *_, proved, resting = out.partition("\n8-bit weights")[0].splitlines()
        assert (code, gate["headline"]) == (0, first)
        assert f"proved: {gate['guarantee']}" == f"{proved}; {resting}"
        assert resting == "it rests on the bounds that plugin 'clip' states of clipped units"


def test_a_surface_is_the_network_s(server: Server, plugins: Plugins) -> None:
    gate = post(server, "train", gate="mux")[-2]
    made = train(plugins.gates["mux"])
    side = len(gate["surface"][0][0])
    along = np.linspace(-0.5, 1.5, side)
    for slice_, bit in enumerate((0.0, 1.0)):
        found = np.array(gate["surface"][0][slice_])
        for y, x in ((0, 0), (3, side - 2), (side // 3, side // 2), (side - 1, side - 1)):
            wanted = made.raw(np.array([[along[x], along[y], bit]]))[0, 0]
            assert abs(found[y, x] / 1000 - np.clip(wanted, -1, 2)) <= 5.1e-4


def test_errors_are_the_command_line_s(server: Server) -> None:
    for fields, words in (
        ({"gate": "xro"}, "no gate 'xro'; did you mean 'xor'?"),
        ({"gate": "xor", "layers": "two"}, "--layers two is not a list of whole numbers"),
        ({"gate": "xor", "optimiser": "adma"}, "unknown optimiser 'adma'; did you mean 'adam'?"),
        ({"gate": "xor", "lr": "fast"}, "'lr' is fast, which is not a number"),
        (
            {"gate": "xor", "layers": "none", "epochs": "9"},
            "no network without a hidden layer computes 'y' of 'xor'",
        ),
        ({"gate": "xor", "recipe": "/etc/passwd"}, "'recipe' is nothing that can be chosen"),
        ({"gate": "/etc/passwd"}, "'/etc/passwd' cannot be read as an expression"),
        ({}, "no gate is chosen"),
    ):
        told = post(server, "train", **fields)[-1]
        assert told["kind"] == "error"
        assert words in told["error"]


def test_it_waits_steps_and_is_stopped(server: Server) -> None:
    link = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    fields = {"gate": "xor", "layers": "4", "optimiser": "gd", "speed": 2}
    link.request("POST", f"/{server.token}/train", json.dumps(fields), JSON)
    answer = link.getresponse()

    def following(kind: str) -> dict[str, Any]:
        while True:
            told: dict[str, Any] = json.loads(answer.readline())
            if told["kind"] == kind:
                return told

    name = following("begun")["id"]
    assert following("step")["epoch"] == 0
    assert post(server, "control", id=name, action="pause") == {"running": True}
    for _ in range(3):
        post(server, "control", id=name, action="step")
    epochs = [following("step")["epoch"] for _ in range(3)]
    assert np.diff(epochs).tolist() == [1, 1]
    assert following("beat") == {"kind": "beat"}  # it waits
    post(server, "control", id=name, action="stop")
    assert following("stopped") == {"kind": "stopped"}
    assert answer.read() == b""
    assert post(server, "control", id=name, action="stop") == {"running": False}


def test_a_page_that_goes_ends_its_training(server: Server) -> None:
    before = threading.active_count()
    link = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    fields = {"gate": "xor", "layers": "4", "optimiser": "gd", "speed": 50}
    link.request("POST", f"/{server.token}/train", json.dumps(fields), JSON)
    answer = link.getresponse()
    name = json.loads(answer.readline())["id"]
    answer.close()
    link.close()
    for _ in range(100):
        if server.desk.trainings.pace(name) is None:
            break
        threading.Event().wait(0.05)
    assert server.desk.trainings.pace(name) is None
    assert threading.active_count() <= before + 2


def test_so_many_trainings_run_at_once_and_no_more(server: Server) -> None:
    links = []
    for _ in range(4):
        link = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
        fields = {"gate": "xor", "layers": "4", "optimiser": "gd", "speed": 2}
        link.request("POST", f"/{server.token}/train", json.dumps(fields), JSON)
        answer = link.getresponse()
        assert json.loads(answer.readline())["kind"] == "begun"
        links.append((link, answer))
    told = post(server, "train", gate="xor")[-1]
    assert "4 trainings are running" in told["error"]
    assert ask(server, "GET", f"/{server.token}/")[0] == 200  # others are served meanwhile
    server.desk.trainings.stop()
    for link, answer in links:
        assert answer.read().endswith(b'{"kind":"stopped"}\n')
        link.close()


def test_so_many_connections_and_no_more(server: Server) -> None:
    held = [
        socket.create_connection(("127.0.0.1", server.server_port), 10)
        for _ in range(MOST_CONNECTIONS)
    ]
    for _ in range(100):  # until all of them are taken
        late = socket.create_connection(("127.0.0.1", server.server_port), 10)
        late.settimeout(0.2)
        try:
            if late.recv(1) == b"":
                break
        except TimeoutError:
            pass
        finally:
            late.close()
    else:
        pytest.fail("more connections were taken")
    for each in held:
        each.close()


def test_a_half_adder_of_what_was_learned(server: Server, store: Store) -> None:
    name = post(server, "train", gate="xor")[0]["id"]
    told = post(server, "circuit", wiring="sum = xor(a, b)\ncarry = and(a, b)", trained=[name])
    assert "✓ proved by datasheets (NM 0.45, 2 instances of 2 gates)" in told["html"]
    assert "trained on this page" in told["html"]
    assert "trained now, not saved" in told["html"]
    assert not store.folder.exists()
    told = post(server, "circuit", wiring="sum = xor(a, b", trained=[name])
    assert (
        told["error"] == "line 1, 'sum = xor(a, b', is not read; write it as in 'sum = xor(a, b)'"
    )


def test_units_that_the_page_cannot_run_are_said(server: Server) -> None:
    fields = {"gate": "xor", "layers": "4", "activations": "leaky-relu(0.1),logistic"}
    name = post(server, "train", **fields)[0]["id"]
    told = post(server, "circuit", wiring="y = xor(a, b)", trained=[name])
    assert "It is not run here: this page has no leaky-relu(0.1) units." in told["html"]


def test_a_wide_gate_is_not_trained_for_a_circuit(server: Server) -> None:
    plugins = server.desk.plugins
    wide = GateSpec.from_expression("wide: a & b & c & d & e & f & g")

    given = {**plugins.gates, "wide": wide}  # as a plugin would give it
    server.desk.plugins = SimpleNamespace(gates=given, gate=given.__getitem__)  # type: ignore[assignment]
    told = post(server, "circuit", wiring="y = wide(a, b, c, d, e, f, g)", trained=[])
    assert told["error"].endswith("learning it takes long; train it first: circuits train wide")


def test_the_store_is_written_where_that_is_asked_for(
    server: Server, plugins: Plugins, store: Store
) -> None:
    name = post(server, "train", gate="xor")[0]["id"]
    assert not store.folder.exists()
    told = post(server, "keep", id=name, name="xor")
    assert told == {"path": str(store.folder / "xor.safetensors"), "warnings": []}
    stored = store.load(plugins.gates["xor"])
    assert stored is not None
    assert stored.theta.tolist() == train(plugins.gates["xor"]).theta.tolist()
    bare = post(server, "train", gate="xor", layers="2")[0]["id"]
    (warning,) = post(server, "keep", id=bare)["warnings"]
    assert "'xor' replaces a gate that is proved to tolerate noise of ±0.45" in warning
    assert post(server, "keep", id=name, name="xor-2")["path"].endswith("xor-2.safetensors")
    assert "registered gate" in post(server, "keep", id=name, name="and")["error"]
    assert "not a name" in post(server, "keep", id=name, name="../x")["error"]
    assert "no longer here" in post(server, "keep", id="0")["error"]


def test_a_gate_of_the_store_is_used(server: Server, plugins: Plugins, store: Store) -> None:
    store.prepare()
    store.save(train(plugins.gates["and"]))
    told = post(server, "circuit", wiring="y = and(a, b)", trained=[])
    assert "from the store" in told["html"]


def test_a_copy_needs_no_server(server: Server) -> None:
    name = post(server, "train", gate="xor")[0]["id"]
    told = post(
        server, "export", id=name, wiring="sum = xor(a, b)\ncarry = and(a, b)", trained=[name]
    )
    page = told["page"]
    assert page.startswith("<!DOCTYPE html>")
    assert server.token not in page
    assert "connect-src" not in page
    assert "fetch(" not in page
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_a_fault_is_told_and_others_go_on(
    server: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> None:
        raise ValueError("two\nlines")

    monkeypatch.setattr(server.desk, "keep", broken)
    told = post(server, "keep")
    assert told["error"] == "this fails, which it should not: ValueError: two lines"
    assert "ValueError: two lines" in capfd.readouterr().err
    assert ask(server, "GET", f"/{server.token}/")[0] == 200


def test_a_port_that_is_taken(server: Server) -> None:
    with pytest.raises(UsageError, match=f"port {server.server_port} cannot be used: .*--port"):
        Server(server.desk, "", server.server_port)
