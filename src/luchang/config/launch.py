"""`make run`: database, migrations, demo city, web and worker, kept alive until Ctrl-C.

Whatever was killed is started again, and what a killed launcher left behind is cleared away at
the next start: every process we start carries our mark in its environment.
"""

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence

from luchang.config import obstacles
from luchang.config.home import CHECKOUT, HALF_YEAR_DUE, home, keep
from luchang.config.obstacles import CannotStart
from luchang.config.parts import MARK, Part, clear_leftovers
from luchang.kernel.embedded_postgres import Cluster, DatabaseUnavailable
from luchang.kernel.terminal import complain, say

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - asked for by HOST, never the default
READY_LIMIT_S = 180.0
STOP_LIMIT_S = 10.0
WATCH_S = 0.5
DATABASE_RETRY_S = 5.0

CAMERA_PORT_OFFSET = 400
"""8400 beside 8000, unless CAMERA_PORT says otherwise."""

PORT_LOOKS_S = (0.5, 1.0, 1.5)
"""Pauses between looks at a port that is taken."""


class Launcher:
    """Brings everything up in order, watches it, and takes it down."""

    def __init__(self, *, port: int, demo: bool) -> None:
        self.port = port
        self.demo = demo
        self.home = home()
        self.host = os.environ.get("HOST", "127.0.0.1")
        served = os.environ.get("DATABASE_URL")
        self.cluster = None if served else Cluster(self.home / "database")
        self.next_recovery_at = 0.0
        self.half_year: Part | None = None
        self.environment = dict(
            os.environ,
            DJANGO_SETTINGS_MODULE="luchang.config.settings",
            LUCHANG_POOL="1",
            **{MARK: str(self.home)},
        )
        self.parts = [
            Part("web", self._web()),
            Part("worker", [sys.executable, "-m", "luchang.config.cli", "work"]),
            Part("cameras", self._cameras()),
        ]
        if demo:
            self.environment["LUCHANG_DEMO"] = os.environ["LUCHANG_DEMO"] = "1"
            self.parts.append(
                Part("demo", [sys.executable, "-m", "luchang.config.cli", "live_demo"])
            )

    def _take_port(self) -> None:
        """Clear what was left and see that the port is free.

        A web process that was just being born when its launcher died shows only at a second look.

        Raises:
            CannotStart: somebody else has the port.
        """
        for patience_s in PORT_LOOKS_S:
            clear_leftovers(self.home)
            try:
                return obstacles.check_port(self.port, self.host)
            except CannotStart:
                time.sleep(patience_s)
        return obstacles.check_port(self.port, self.host)

    def run(self) -> None:
        """Start, report, watch until a signal comes, stop."""
        with obstacles.only_one(self.home):
            self._take_port()
            obstacles.check_room(self.home, embedded=self.cluster is not None)
            try:
                self._start_database()
                self._prepare()
                self._watch()
            finally:
                self._stop()

    def _web(self) -> list[str]:
        return [
            *(sys.executable, "-m", "uvicorn", "luchang.config.asgi:application"),
            *("--host", self.host, "--port", str(self.port)),
            *("--workers", os.environ.get("WEB_WORKERS", "2")),
            *("--loop", "uvloop", "--http", "httptools", "--lifespan", "off"),
            *("--timeout-graceful-shutdown", "5", "--log-level", "warning"),
        ]

    def _cameras(self) -> list[str]:
        """The intake of passages, on a port of its own: cameras do not wait for pages."""
        port = os.environ.get("CAMERA_PORT") or str(self.port + CAMERA_PORT_OFFSET)
        command = [sys.executable, "-m", "luchang.config.cli", "cameras"]
        return [*command, "--host", self.host, "--port", port]

    def _start_database(self) -> None:
        if self.cluster is None:
            obstacles.check_address(os.environ["DATABASE_URL"])
            return
        say("启动数据库", "starting the database")
        self.cluster.start()
        keep(self.home / "database.url", self.cluster.url())

    def _prepare(self) -> None:
        """All that needs Django, in this process: a second interpreter costs seconds."""
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luchang.config.settings")
        from luchang.config import preparation  # noqa: PLC0415 - settings need the database first

        preparation.prepare(demo=self.demo)

    def _watch(self) -> None:
        stopping = _stop_signals()
        web, *others = self.parts
        web.start(self.environment)
        self._wait_until_ready(stopping)
        if stopping:
            return
        for part in others:  # after the first page: on two cores they would only hold it up
            part.start(self.environment)
        say(f"路畅已就绪：{self._address()}（Ctrl-C 停止）", "Luchang is ready; Ctrl-C stops it")
        self._load_half_year()
        waiting: dict[str, float] = {}
        while not stopping:
            time.sleep(WATCH_S)
            self._revive_database()
            self.end_half_year()
            for part in self.parts:
                self._revive(part, waiting)

    def _load_half_year(self) -> None:
        """Behind the first page; what was stopped meanwhile is loaded at the next start."""
        due = self.home / HALF_YEAR_DUE
        if self.demo and due.exists():
            scale = due.read_text().strip()
            command = [sys.executable, "-m", "luchang.config.cli", "demo_half_year"]
            self.half_year = Part("half_year", [*command, "--scale", scale, "--verbosity", "0"])
            self.half_year.start(self.environment)
            say(
                f"后台载入2021年1至8月的演示记录（比例 {scale}），期间相关指标尚不完整",
                "loading invented records of 2021 in the background; their figures follow",
            )

    def end_half_year(self) -> None:
        """Say so when it is loaded; it is no longer due then."""
        loading = self.half_year
        if loading is None or loading.process is None or not loading.has_died():
            return
        self.half_year = None
        if loading.process.returncode == 0:
            (self.home / HALF_YEAR_DUE).unlink(missing_ok=True)
            say("演示记录已载入", "the invented records are loaded")
        else:
            say(
                "演示记录未能载入，下次启动时重试",
                "they were not loaded; the next start tries again",
            )

    def _revive(self, part: Part, waiting: dict[str, float]) -> None:
        if not part.has_died():
            return
        if part.name not in waiting:
            waiting[part.name] = time.monotonic() + part.wait_before_restart_s()
            say(f"{part.name} 意外退出，正在重启", f"{part.name} ended and is started again")
        if time.monotonic() >= waiting[part.name]:
            del waiting[part.name]
            clear_leftovers(self.home, part=part.name)
            part.start(self.environment)

    def _revive_database(self) -> None:
        """Recover it; what stands in the way, such as a full disk, may be mended meanwhile."""
        if self.cluster is None or self.cluster.pid() is not None:
            return
        if time.monotonic() < self.next_recovery_at:
            return
        say("数据库意外退出，正在恢复", "the database ended and is recovered")
        try:
            self.cluster.start(self.cluster.last_port())
        except DatabaseUnavailable as refusal:
            complain(refusal)
            self.next_recovery_at = time.monotonic() + DATABASE_RETRY_S

    def _wait_until_ready(self, stopping: Sequence[int]) -> None:
        limit = time.monotonic() + READY_LIMIT_S
        while time.monotonic() < limit and not stopping:
            if self.parts[0].has_died():
                raise CannotStart(
                    "网站服务启动后立即退出，原因见上",
                    "the web server ended at once; its reason stands above",
                )
            if self._answers():
                return
            time.sleep(0.1)
        if not stopping:
            raise CannotStart(
                f"网站服务 {READY_LIMIT_S:.0f} 秒内没有响应",
                f"the web server did not answer within {READY_LIMIT_S:.0f} s",
            )

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self._address()}/healthz", timeout=2).close()  # noqa: S310 - ours
        except urllib.error.HTTPError as answer:
            answer.close()
            return answer.code == 400  # noqa: PLR2004 - LUCHANG_HOSTS leaves this machine out
        except OSError:
            return False
        return True

    def _address(self) -> str:
        host = "127.0.0.1" if self.host in EVERYWHERE else self.host
        return f"http://{host}:{self.port}"

    def _stop(self) -> None:
        parts = [*self.parts, *([self.half_year] if self.half_year else [])]
        for part in parts:
            part.ask_to_stop()
        limit = time.monotonic() + STOP_LIMIT_S
        for part in parts:
            part.stop(limit)
        clear_leftovers(self.home)
        if self.cluster is not None:
            self.cluster.stop()
        say("已全部停止", "everything has stopped")


def _stop_signals() -> list[int]:
    """A list that fills when somebody asks us to stop."""
    received: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda name, _frame: received.append(name))
    return received


def _interrupt(_number: int, _frame: object) -> None:
    """Before there is something to watch a request to stop ends the start, as Ctrl-C does."""
    raise KeyboardInterrupt


def main() -> int:
    os.chdir(CHECKOUT)
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        port = obstacles.port_from(os.environ.get("PORT") or "8000")
        Launcher(port=port, demo=os.environ.get("DEMO", "1") != "0").run()
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        refusal = obstacles.explained(error, home())
        if refusal is None:
            raise
        complain(refusal)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
