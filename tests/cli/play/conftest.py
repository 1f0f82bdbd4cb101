"""The page of ``circuits play``, served in this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gatewright.cli.play.desk import Desk
from gatewright.cli.play.page import page
from gatewright.cli.play.server import Server
from gatewright.gates.store.store import Store
from gatewright.plugins.manager import Plugins


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that is not there before something is saved."""
    return Store(tmp_path / "play-store")


@pytest.fixture
def desk(plugins: Plugins, store: Store) -> Desk:
    return Desk(plugins, store)


@pytest.fixture
def server(desk: Desk) -> Iterator[Server]:
    with serving(desk) as made:
        yield made


@contextmanager
def serving(desk: Desk) -> Iterator[Server]:
    """While the page is served, by a thread of its own."""
    made = Server(desk, page(desk.plugins, {"gate": "xor"}), 0)
    thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    desk.trainings.stop()
    made.shutdown()
    made.server_close()
    thread.join(5)
