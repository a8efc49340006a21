"""A pytest plugin: a real Chromium against a real server on the test database.

def test_a_page(visit, transactional_db):
    page = visit.open("/", person=user_with("dispatch.see_board"))
    visit.shoot(page, "board")

The server is uvicorn with the whole application, streams included. Every request that would
leave the host is refused and fails the test. Without Chromium the test is skipped and says so.
"""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

    from luchang.kernel.identity.models import User

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = Path(__file__).resolve().parents[1] / "build" / "screenshots"
DESK, LAPTOP, PHONE = (1920, 1080), (1366, 768), (390, 844)
START_S = 20.0


def chromium() -> str | None:
    """Where a Chromium is: named by LUCHANG_CHROMIUM, else on PATH."""
    named = os.environ.get("LUCHANG_CHROMIUM")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    return next((found for name in names if (found := shutil.which(name))), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[str]:
    """The address of the whole application, served by uvicorn in a thread."""
    import uvicorn  # noqa: PLC0415 - only browser tests need it
    from django.conf import settings as django_settings  # noqa: PLC0415 - after Django is set up

    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # whitenoise looks there
    from luchang.config.asgi import application  # noqa: PLC0415 - after Django is set up

    port = free_port()
    settings = uvicorn.Config(
        application,
        host="127.0.0.1",
        port=port,
        log_level="error",
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    running = uvicorn.Server(settings)
    thread = threading.Thread(target=running.run, name="uvicorn", daemon=True)
    thread.start()
    deadline = time.monotonic() + START_S
    while not running.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise RuntimeError("the server did not start")
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """One Chromium for a module: while it is open its loop holds this thread, and other tests
    run loops of their own.
    """
    program = chromium()
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is a browser

    # Playwright's loop runs in this thread; the tests use the database beside it, not within it.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield launched
        launched.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Visit:
    """Opens pages as somebody, and keeps account of what went wrong in them."""

    browser: "Browser"
    server: str
    foreign: list[str] = field(default_factory=list)
    """Addresses outside this host that a page asked for."""
    faults: list[str] = field(default_factory=list)
    """What scripts threw and the console called an error."""
    contexts: "list[BrowserContext]" = field(default_factory=list)
    faults_expected: bool = False
    """For tests that break something on purpose."""

    def window(
        self,
        *,
        person: "User | None" = None,
        size: tuple[int, int] = DESK,
        language: Literal["zh-hans", "en"] = "zh-hans",
        theme: Literal["light", "dark"] = "light",
        large_type: bool = False,
    ) -> "Page":
        """A new window of a new browser profile, signed in as `person`."""
        width, height = size
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN" if language == "zh-hans" else "en-GB",
            timezone_id="Asia/Shanghai",
            has_touch=width < LAPTOP[0] // 2,
            reduced_motion="reduce",
        )
        cookies = {
            "django_language": language,
            "lc_theme": theme,
            "lc_type": "large" if large_type else "normal",
        }
        if person is not None:
            cookies["sessionid"] = session_of(person)
        context.add_cookies(
            [{"name": name, "value": value, "url": self.server} for name, value in cookies.items()]
        )
        context.route("**/*", self._guard)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._hear)
        self.contexts.append(context)
        return page

    def open(self, path: str, *, wait: bool = True, **how: Any) -> "Page":
        """A page of ours in a new window, when it has settled."""
        page = self.window(**how)
        self.go(page, path, wait=wait)
        return page

    def go(self, page: "Page", path: str, *, wait: bool = True) -> None:
        """Another page of ours in a window that is open."""
        page.goto(self.server + path, wait_until="load")
        if wait:
            settle(page)

    def shoot(self, page: "Page", name: str, *, whole: bool = False) -> Path:
        """A picture below build/screenshots."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        place = PICTURES / f"{name}.png"
        page.screenshot(path=place, full_page=whole)
        return place

    def _guard(self, route: "Route") -> None:
        address = route.request.url
        if address.startswith((self.server, "data:", "blob:")):
            route.continue_()
        else:
            self.foreign.append(address)
            route.abort()

    def _hear(self, message: Any) -> None:
        expected = self.faults_expected or "status of 4" in message.text
        if message.type == "error" and not expected:
            self.faults.append(message.text)


@pytest.fixture
def visit(browser: "Browser", server: str) -> Iterator[Visit]:
    """Windows of a real browser; the test fails when a page left the host or threw."""
    visiting = Visit(browser, server)
    yield visiting
    for context in visiting.contexts:
        context.close()
    assert not visiting.foreign, f"requests that left the host: {visiting.foreign}"
    assert not visiting.faults, f"faults in the browser: {visiting.faults}"


def settle(page: "Page") -> None:
    """Wait for fonts and for maps to have drawn what they have."""
    page.evaluate("document.fonts.ready")
    unfinished = "[data-map]:not([data-idle]):not([data-broken])"
    page.wait_for_selector(unfinished, state="detached")


def session_of(person: "User") -> str:
    """The session key of a fresh sign-in, without the login page."""
    from tests.factories.identity import browser_of  # noqa: PLC0415 - after Django is set up

    key: str = browser_of(person).cookies["sessionid"].value
    return key
