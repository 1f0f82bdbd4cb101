"""A real browser plays: a gate is trained to its certificate and wired, by keys, in the library's numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.cli.play.conftest import serving
from tests.optional.conftest import CHROMIUM
from tests.optional.test_browser import CONTRAST

from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import evaluate, trained_cells
from gatewright.cli.app import run
from gatewright.cli.gates import weights
from gatewright.cli.play import asked as asking
from gatewright.cli.play import play
from gatewright.cli.play.asked import Asked, asked, read_asked
from gatewright.cli.play.desk import Desk
from gatewright.cli.play.page import page as made
from gatewright.cli.play.server import Server
from gatewright.cli.play.wiring import PRESETS, read_wiring
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import dense_recipe
from gatewright.gates.training.train import train
from gatewright.learn.fit import Progress
from gatewright.learn.network import raw_outputs
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no browser: install chromium"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="no driver: pip install playwright"),
]

Open = Callable[..., "Page"]


@pytest.fixture
def server(plugins: Plugins, tmp_path: Path) -> Iterator[Server]:
    with serving(Desk(plugins, Store(tmp_path / "play-store"))) as found:
        yield found


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[Open]:
    """Opens the page; in the end nothing was said, and nothing was asked of anybody else."""
    said: list[str] = []
    asked: list[str] = []
    contexts = []

    def opened(address: str = "", *, width: int = 1280, **settings: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, **settings)
        contexts.append(context)
        if address:
            context.set_offline(True)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address or server.address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []
    ours = (server.address, "data:", "file:", f"blob:http://127.0.0.1:{server.server_port}/")
    assert [url for url in asked if not url.startswith(ours)] == []


def reach(page: Page, what: str) -> None:
    """Press Tab until something has the focus, which can be seen."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    pytest.fail(f"no way to {what} by Tab")


def part(page: Page, name: str) -> str:
    return " ".join((page.locator(f'[data-part="{name}"]').text_content() or "").split())


def until(page: Page, name: str, words: str) -> None:
    """Wait until a part of the page has some words; the page lets nobody evaluate texts in it."""
    for _ in range(800):
        if words in part(page, name):
            return
        page.wait_for_timeout(25)
    pytest.fail(f"{name}: {part(page, name)}")


def learn(page: Page, *, how: str = "usual", gate: str = "xor") -> None:
    page.locator("[name=gate]").select_option(gate)
    page.locator("[name=how]").select_option(how)
    page.locator("[name=speed]").select_option("0")
    page.locator("[data-part=train]").click()
    page.wait_for_selector("#certificate:not([hidden])")
    until(page, "shown", "final")


def shown_rows(page: Page) -> list[float]:
    """The raw outputs that the page shows, row by row, whose words are those numbers."""
    shown = page.eval_on_selector_all(
        "[data-part=rows] [data-output]",
        "all => all.map(each => [each.dataset.value, each.textContent])",
    )
    raw = [float(value) for value, _ in shown]
    assert [words for _, words in shown] == [f"{value:.4f}" for value in raw]
    return raw


def agrees(page: Page, gate: TrainedGate) -> None:
    """All that the page shows of a gate is the library's, as the library writes it."""
    assert shown_rows(page) == gate.learned().ravel().tolist()
    tables = page.eval_on_selector_all(
        "[data-part=weights] table",
        """all => all.map(table => [...table.tBodies[0].rows].map(
            row => [...row.cells].map(cell => cell.textContent)))""",
    )
    wanted = weights.tables(gate.spec.table, gate.architecture, gate.theta)
    assert tables == [rows for _, _, rows in wanted]
    assert gate.datasheet is not None
    assert part(page, "guarantee").startswith("✓ Proved: ")
    assert part(page, "guarantee").endswith(f"noise margin {gate.datasheet.noise_margin:g}")
    assert page.locator("[data-part=guarantee]").get_attribute("data-digest") == gate.digest


def test_xor_to_its_certificate_and_into_a_half_adder_by_keys(
    open_page: Open, plugins: Plugins, server: Server
) -> None:
    page = open_page()
    reach(page, "[name=how]")
    page.keyboard.press("ArrowDown")
    reach(page, "[name=speed]")
    page.keyboard.press("End")
    reach(page, "[data-part=train]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#certificate:not([hidden])")
    until(page, "shown", "final")
    seen: list[Progress] = []
    gates = {
        "xor": train(plugins.gates["xor"], watch=seen.append),
        "and": train(plugins.gates["and"]),
    }
    agrees(page, gates["xor"])
    reach(page, "[data-part=moment]")  # back to where it began
    page.keyboard.press("Home")
    assert part(page, "epoch").startswith("0 of ")
    first = seen[0].state
    ahead = first.theta[np.argmin(first.loss)]
    patterns = gates["xor"].spec.table.patterns.astype(np.float64)
    raw = raw_outputs(seen[0].architecture, ahead, patterns)
    assert shown_rows(page) == raw.ravel().tolist() != gates["xor"].learned().ravel().tolist()
    page.keyboard.press("End")
    agrees(page, gates["xor"])
    reach(page, "[data-part=build]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-part=built] .board")
    circuit = read_wiring(PRESETS["half adder"], plugins.gates)
    program = compile_netlist(circuit.netlist)
    for a, b in ((0, 0), (1, 0), (1, 1), (0, 1)):
        for net, bit in enumerate((a, b)):
            button = f'button[data-input="{net}"]'
            if page.locator(button).get_attribute("aria-pressed") != str(bool(bit)).lower():
                reach(page, button)
                page.keyboard.press("Space")
        assert part(page, "answer") == f"a = {a}, b = {b} → sum = {a ^ b}, carry = {a & b}"
        raw = evaluate(
            program, trained_cells(program, gates), np.array([[a, b]], dtype=np.float64)
        )[:, 0]
        carried = page.eval_on_selector_all(
            "[data-part=built] .wire",
            "all => all.map(each => [each.dataset.net, each.dataset.carried])",
        )
        assert carried
        for net, value in carried:
            assert float(value) == raw[int(net)]
    assert "proved by datasheets (NM 0.45, 2 instances of 2 gates)" in part(page, "built")
    assert not server.desk.store.folder.exists()


def test_every_step_that_is_shown_is_one_of_the_library_s(
    open_page: Open, plugins: Plugins
) -> None:
    page = open_page()
    page.locator("[name=optimiser]").select_option("lm")
    learn(page, how="layers")
    spec = plugins.gates["xor"]
    seen: list[Any] = []
    gate = train(spec, dense_recipe(spec.table), watch=seen.append)
    agrees(page, gate)
    losses = {f"{value:.6g}" for each in seen for value in each.state.loss.tolist()}
    last = int(page.locator("[data-part=moment]").get_attribute("max") or 0)
    assert last > 10
    for place in (0, 1, last // 2, last - 1):
        page.locator("[data-part=moment]").fill(str(place))
        assert part(page, "loss") in losses
        value = float(page.locator("[data-part=loss]").get_attribute("data-value") or "nan")
        assert any(value in each.state.loss for each in seen)


@pytest.mark.parametrize(
    "words",
    [
        ["xor"],
        ["and3", "--optimiser", "gd", "--epochs", "9"],
        ["xor", "--layers", "3", "--activations", "tanh,logistic", "--lr", "0.25"],
        ["a & ~b", "--margin", "0.25", "--seed", "7", "--restarts", "5"],
        ["mux", "--no-harden", "--loss", "half-sse", "--init", "glorot"],
    ],
)
def test_the_page_begins_with_what_the_command_line_says(
    open_page: Open,
    server: Server,
    plugins: Plugins,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
) -> None:
    """What it then asks for is what its copy trains, and ``circuits train`` with the same words."""
    begun: list[dict[str, Any]] = []
    wanted: list[Asked] = []

    def noted(*given: Any) -> Asked:
        wanted.append(asked(*given))
        return wanted[-1]

    monkeypatch.setattr(play, "_serve", lambda _, chosen, *__, **___: begun.append(chosen))
    monkeypatch.setattr(asking, "asked", noted)
    assert run(["play", *words]) == 0
    server.page = made(plugins, begun[0]).encode()
    page = open_page()
    assert page.locator("[name=how]").input_value() == ("usual" if "--seed" in words else "layers")
    page.locator("[name=speed]").select_option("0")
    sent: list[Any] = []
    page.on(
        "request",
        lambda request: sent.append(request.post_data_json) if request.method == "POST" else None,
    )
    page.locator("[data-part=train]").click()
    until(page, "problem" if "--epochs" in words else "headline", "learned")
    found = read_asked(plugins, sent[0])
    assert (found.spec.table, found.recipe, found.seed) == (
        *(wanted[0].spec.table, wanted[0].recipe),
        wanted[0].seed,
    )


@pytest.mark.parametrize("how", ["usual", "layers"])
def test_in_the_end_all_is_of_the_restart_that_was_chosen(
    open_page: Open, plugins: Plugins, how: str
) -> None:
    """Whichever was ahead; the line that is shown trains the same."""
    page = open_page()
    page.locator("[name=activations]").select_option("")
    page.locator("[name=optimiser]").select_option("")
    learn(page, how=how)
    spec = plugins.gates["xor"]
    gate = train(spec, dense_recipe(spec.table) if how == "layers" else None)
    assert gate.history is not None
    restart, epochs = gate.figures.restart, gate.figures.epochs
    loss = float(gate.history.loss[-1, restart])
    assert loss != gate.history.loss[-1].min()
    assert part(page, "loss") == f"{loss:.3g}"
    assert part(page, "epoch").split(" of ")[0] == str(epochs)
    assert part(page, "shown").endswith(f", restart {restart}, final")
    assert part(page, "thick").startswith(f"the thick one is restart {restart}, which was chosen")
    thick = page.locator("[data-part=curve] .ahead")
    ended = [float(each) for each in (thick.get_attribute("data-losses") or "").split()]
    assert ended[-1] == loss
    assert set(ended) <= set(gate.history.loss[:, restart].tolist())
    option = "--restarts 16" if how == "usual" else "--layers 2,4"
    assert part(page, "line") == f"circuits play xor {option} --export xor.html"
    page.locator("[data-part=moment]").press("Home")
    assert part(page, "shown").endswith(", ahead")
    assert "whichever is ahead" in part(page, "thick")


def test_layers_follow_the_gate_until_one_chooses_them(open_page: Open) -> None:
    page = open_page()
    layers = page.locator("[name=layers]")
    for gate, wanted in (
        ("xor3", "4,4"),
        ("and", "2,4"),
        ("my formula", "4,4"),
        ("my truth table", "2,4"),
    ):
        page.locator("[name=gate]").select_option(gate)
        assert layers.input_value() == wanted
    page.locator("[name=inputs]").select_option("3")
    assert layers.input_value() == "4,4"
    layers.fill("3")
    page.locator("[name=gate]").select_option("xor")
    assert layers.input_value() == "3"


def test_pause_step_and_stop(open_page: Open) -> None:
    page = open_page()
    page.locator("[name=optimiser]").select_option("gd")
    page.locator("[name=speed]").select_option("10")
    page.locator("[data-part=train]").press("Enter")
    until(page, "epoch", "3 of")
    page.locator("[data-part=pause]").press("Enter")
    page.wait_for_timeout(400)
    before = int(part(page, "epoch").split()[0])
    page.wait_for_timeout(400)
    assert int(part(page, "epoch").split()[0]) == before
    page.locator("[data-part=one]").press("Enter")
    until(page, "epoch", f"{before + 1} of")
    page.locator("[data-part=stop]").press("Enter")
    until(page, "phase", "Stopped.")
    assert page.evaluate("document.activeElement.dataset.part") == "train"
    assert page.locator("[data-part=train]").is_enabled()


def test_a_table_of_mine_in_one_tab_and_another_gate_in_another(open_page: Open) -> None:
    one, other = open_page(), open_page(width=375)
    one.locator("[name=gate]").select_option("my truth table")
    for row in (1, 2):
        one.locator("table.own button").nth(row).press("Space")
    one.locator("table.own button").nth(3).press("Space")
    one.locator("table.own button").nth(3).press("Space")  # it does not matter
    one.locator("[name=how]").select_option("usual")
    one.locator("[name=speed]").select_option("0")
    one.locator("[data-part=train]").click()
    learn(other, gate="majority")
    one.wait_for_selector("#certificate:not([hidden])")
    assert one.locator("[data-part=wiring]").input_value() == "y = mine(a, b)"
    assert other.locator("[data-part=surface] .panel").count() == 2
    assert other.locator("[data-part=headline]").text_content().startswith("majority: learned by")  # type: ignore[union-attr]
    one.locator("[data-part=build]").click()
    one.wait_for_selector("[data-part=built] .board")
    one.locator('button[data-input="0"]').click()
    assert part(one, "answer") == "a = 1, b = 0 → y = 1"


def test_what_is_wrong_is_said_on_the_page(open_page: Open) -> None:
    page = open_page()
    page.locator("[name=layers]").fill("two")
    page.locator("[data-part=train]").click()
    until(page, "problem", "--layers")
    assert part(page, "problem").startswith("--layers two is not a list of whole numbers")
    learn(page)
    page.locator("[data-part=wiring]").fill("y = xro(a, b)")
    page.locator("[data-part=build]").click()
    until(page, "wrong-wiring", "no gate")
    assert part(page, "wrong-wiring") == "no gate 'xro'; did you mean 'xor'?"


def test_a_second_browser_without_the_token_gets_nothing(
    open_page: Open, browser: Browser, server: Server
) -> None:
    learn(open_page())
    context = browser.new_context()
    page = context.new_page()
    for path in ("", "index.html", "train", f"{'x' * len(server.token)}/"):
        answer = page.request.get(f"http://127.0.0.1:{server.server_port}/{path}")
        assert (answer.status, answer.body()) == (403, b"")
    context.close()


def test_a_page_that_is_kept_opens_offline(
    open_page: Open, plugins: Plugins, tmp_path: Path
) -> None:
    page = open_page()
    learn(page)
    page.locator("[data-part=build]").click()
    page.wait_for_selector("[data-part=built] .board")
    with page.expect_download() as waited:
        page.locator("[data-part=export]").click()
    path = tmp_path / waited.value.suggested_filename
    waited.value.save_as(path)
    assert path.name == "xor.html"
    kept = open_page(path.as_uri(), width=375)
    until(kept, "shown", "final")
    agrees(kept, train(plugins.gates["xor"]))
    kept.locator("[data-part=moment]").press("Home")
    assert part(kept, "epoch").startswith("0 of ")
    kept.locator('button[data-input="1"]').press("Space")
    assert part(kept, "answer") == "a = 0, b = 1 → sum = 1, carry = 0"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_and_a_phone_s_width(open_page: Open, scheme: str) -> None:
    page = open_page(width=375, color_scheme=scheme)
    for stage in range(3):
        if stage == 1:
            learn(page, gate="full-adder")
        if stage == 2:
            page.locator("[data-part=build]").click()
            page.wait_for_selector("[data-part=built] .board")
        for each in page.locator("details").all():
            each.evaluate("each => { each.open = true; }")
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        assert [each for each in page.evaluate(CONTRAST) if each[2] < 4.5] == []
