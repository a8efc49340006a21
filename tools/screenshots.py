"""The picture of the running demo in the README: `make screenshot PASSWORD=… [PORT=8000]`.

Signs in as the demo's dispatcher with the password that `make run` printed, waits until the
board shows work, and writes docs/images/board.png: the two screens of a console, above the desk
with a call being taken, ranked units and the map, below the board of all live incidents.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser import ARGUMENTS, chromium, settle

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

TARGET = Path("docs/images/board.png")
SCREEN = (1600, 900)
LIVELY = 9
"""Cards the board shall show before the picture is taken."""

PATIENCE_MS = 600_000
DRAWN_MS = 1_500
"""What a map needs after its last move: labels fade in."""

LARGEST = 400_000
"""Bytes: a picture in a README is fetched by everybody who looks at it."""

PLACE, CATEGORY = "湘江大道", "12"
CALL = {
    "#caller_number": "13800001234",
    "#caller_name": "陈某",
    "#plates": "湘B·D1234",
    "#injured": "1",
    "#description": "一辆摩托车和小车相撞，骑车的人摔倒了，占着一个车道",
}
"""Invented, like everybody in the demo."""


def main(arguments: list[str]) -> int:
    """Parse the command line and take the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default=f"http://127.0.0.1:{os.environ.get('PORT') or 8000}")
    parser.add_argument("--password", default=os.environ.get("PASSWORD", ""))
    parser.add_argument("--into", type=Path, default=TARGET)
    chosen = parser.parse_args(arguments)
    program = chromium()
    if program is None or not chosen.password:
        sys.stderr.write("needs Chromium, and PASSWORD= with the dispatcher's demo password\n")
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        context = browser.new_context(
            viewport={"width": SCREEN[0], "height": SCREEN[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        sign_in(context, chosen.url, chosen.password)
        screens = [board(context, chosen.url), desk(context, chosen.url)]
        browser.close()
    chosen.into.parent.mkdir(parents=True, exist_ok=True)
    chosen.into.write_bytes(compressed(stacked(reversed(screens))))
    print(f"written: {chosen.into}, {chosen.into.stat().st_size:,} bytes")
    return 0


def sign_in(context: BrowserContext, url: str, password: str) -> None:
    """Through the login page, as a person does."""
    page = context.new_page()
    page.goto(f"{url}/accounts/login/")
    page.fill("input[name=login]", "dispatcher")
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "/login" not in address)
    page.close()


def board(context: BrowserContext, url: str) -> bytes:
    """The board when it is lively."""
    page = context.new_page()
    page.goto(f"{url}/dispatch/board")
    page.locator(".d-card").nth(LIVELY - 1).wait_for(timeout=PATIENCE_MS)
    settle(page)
    return page.screenshot()


def desk(context: BrowserContext, url: str) -> bytes:
    """The desk while a call is taken: place and kind are known, units are ranked."""
    page = context.new_page()
    page.goto(f"{url}/dispatch/desk")
    settle(page)
    choose(page, "#place", PLACE)
    choose(page, "#category", CATEGORY)
    for field, value in CALL.items():
        page.fill(field, value)
    page.locator(".d-unit").nth(2).wait_for()
    settle(page)
    page.wait_for_timeout(DRAWN_MS)
    return page.screenshot()


def choose(page: Page, field: str, words: str) -> None:
    """Type and take the first suggestion."""
    page.locator(field).press_sequentially(words)
    page.locator(f"{field}-list li").first.wait_for()
    page.keyboard.press("Enter")


def stacked(screens: Iterable[bytes]) -> Image.Image:
    """One screen above the other."""
    whole = Image.new("RGB", (SCREEN[0], 2 * SCREEN[1]))
    for row, screen in enumerate(screens):
        whole.paste(Image.open(io.BytesIO(screen)).convert("RGB"), (0, row * SCREEN[1]))
    return whole


def compressed(picture: Image.Image) -> bytes:
    """The picture with a palette of its own, small enough for a README."""
    for colours in (256, 128, 64):
        packed = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
        if packed.tell() <= LARGEST:
            return packed.getvalue()
    raise ValueError(f"no palette brings the picture below {LARGEST:,} bytes")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
