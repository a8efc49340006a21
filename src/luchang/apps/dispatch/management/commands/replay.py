import os
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luchang.apps.dispatch.management.replaying import figures
from luchang.apps.dispatch.management.replaying.board import LATE_S, Board
from luchang.apps.dispatch.management.replaying.platform import Platform, Unavailable
from luchang.apps.dispatch.management.replaying.rows import (
    Checked,
    Fit,
    UnreadableFile,
    read,
)
from luchang.apps.dispatch.management.replaying.run import Replay, board_ms

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Post real calls from a file to the running platform over HTTP, dispatch them, and say "
        "what was accepted, what was refused and why, and how long everything took."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--url", default="http://127.0.0.1:8000")
        parser.add_argument("--token", default=os.environ.get("LUCHANG_TOKEN", ""))
        parser.add_argument(
            "--speed", type=float, default=0.0, help="times real time; 0: as fast as it goes"
        )
        parser.add_argument("--limit", type=int, help="read only so many rows")
        parser.add_argument("--workers", type=int, default=4)
        parser.add_argument("--fit", action="store_true", help="move the file onto our roads")
        parser.add_argument(
            "--dispatch",
            type=int,
            nargs="?",
            const=1,
            default=0,
            metavar="N",
            help="send a unit for every Nth call, and answer as its patrol would",
        )
        parser.add_argument("--patience", type=float, default=120.0, help="seconds for 503")
        parser.add_argument("--json", type=Path, default=Path("build/bench/replay.json"))

    def handle(self, *_args: Any, **options: Any) -> None:
        platform = Platform(options["url"], options["token"], options["patience"])
        checked = self._read(options["file"], options["limit"])
        source = f"replay {options['file'].name}"[:60]
        replay = Replay(
            platform=platform,
            source=source,
            speed=options["speed"],
            workers=options["workers"],
            dispatch_every=options["dispatch"],
        )
        try:
            before = self._counts(platform, source)
            if options["fit"]:
                replay.fit = Fit.of(checked.rows, self._area(platform))
            board = Board(platform)
            board.start()
            took_s = replay.run(checked.rows)
            self._wait(replay, board)
            after = self._counts(platform, source)
        except Unavailable as silent:
            raise CommandError(str(silent)) from silent
        result = self._result(replay, board, checked, took_s)
        result["records"] = {"before": before, "after": after}
        result["none_lost_none_twice"] = self._is_whole(replay, before, after)
        figures.write(result, options["json"])
        self._print(result, checked, replay)
        if not result["none_lost_none_twice"]:
            raise CommandError("records were lost or doubled; see the counts above")

    def _read(self, file: Path, limit: int | None) -> Checked:
        try:
            return read(file, limit=limit)
        except (UnreadableFile, OSError, EOFError, UnicodeDecodeError) as broken:
            raise CommandError(f"{file}: {broken}") from broken

    def _counts(self, platform: Platform, source: str) -> dict[str, int]:
        answer = platform.get(f"tally?source={source.replace(' ', '%20')}")
        if answer.status != 200:  # noqa: PLR2004 - HTTP
            raise CommandError(f"the platform refuses us: {answer.why}")
        return {"calls": answer.said["calls"], "incidents": answer.said["incidents"]}

    def _area(self, platform: Platform) -> dict[str, float]:
        answer = platform.get("area")
        if answer.status != 200:  # noqa: PLR2004 - HTTP
            raise CommandError(f"no road network to fit onto: {answer.why}")
        return dict(answer.said)

    def _wait(self, replay: Replay, board: Board) -> None:
        """The last news may still be on its way."""
        over = time.monotonic() + LATE_S
        while time.monotonic() < over and len(board.heard.keys() & replay.tally.sent_at) < len(
            replay.tally.sent_at
        ):
            time.sleep(0.1)
        board.stop()

    def _is_whole(self, replay: Replay, before: dict[str, int], after: dict[str, int]) -> bool:
        """Every row sent is there once: new ones now, known ones from before."""
        tally = replay.tally
        answered = tally.accepted + tally.known + len(tally.refusals)
        grown = {name: after[name] - before[name] for name in after}
        is_once = grown == {"calls": tally.accepted, "incidents": tally.accepted}
        return answered == replay.handed_out and is_once

    def _result(
        self, replay: Replay, board: Board, checked: Checked, took_s: float
    ) -> dict[str, Any]:
        tally = replay.tally
        refusals = [*checked.refusals, *tally.refusals]
        return {
            "rows": len(checked.rows) + len(checked.refusals),
            "accepted": tally.accepted,
            "known_before": tally.known,
            "not_sent": len(checked.rows) - replay.handed_out,
            "refused": len(refusals),
            "refused_by_reason": figures.by_reason(refusals),
            "seconds": round(took_s, 1),
            "calls_per_second": round((tally.accepted + tally.known) / max(took_s, 0.001), 1),
            "retries": replay.platform.retries,
            "intake_ms": figures.percentiles(tally.intake_ms),
            "recommendation_ms": figures.percentiles(tally.advice_ms),
            "board_ms": figures.percentiles(board_ms(tally, board)),
            "dispatching": dict(tally.outcomes),
            "refusals": [{"row": each.number, "why": each.why} for each in refusals],
        }

    def _print(self, result: dict[str, Any], checked: Checked, replay: Replay) -> None:
        for each in [*checked.refusals, *replay.tally.refusals][:SHOWN]:
            self.stdout.write(f"row {each.number}: {each.why}")
        if result["refused"] > SHOWN:
            self.stdout.write(f"... and {result['refused'] - SHOWN} more in the JSON file")
        for name in (
            "rows",
            "accepted",
            "known_before",
            "not_sent",
            "refused",
            "refused_by_reason",
            "seconds",
            "calls_per_second",
            "retries",
            "intake_ms",
            "recommendation_ms",
            "board_ms",
            "dispatching",
            "records",
            "none_lost_none_twice",
        ):
            self.stdout.write(f"{name}: {result[name]}")
