"""The intake judges devices and what they bring; nothing here needs a database."""

from __future__ import annotations

import base64
import errno
import io
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from luchang.core.passages.passage import UNREAD, Colour, VehicleKind
from luchang.gateways.gat1400.requests import Limits
from luchang.kernel.segments import StoreFull
from tests.gateways.gat1400.platform import NOW, SECRET, Platform, judged, ms, row, sender

TEN = NOW.replace(second=0)


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return Platform(tmp_path)


def picture(kind: str = "JPEG") -> str:
    held = io.BytesIO()
    Image.new("RGB", (320, 200), "navy").save(held, kind)
    return base64.b64encode(held.getvalue()).decode()


class TestWho:
    def test_a_device_that_knows_its_secret_is_let_in(self, platform: Platform) -> None:
        async def journey() -> list[int]:
            codes = [(await platform.send(row())).status_code]
            codes.append((await platform.register()).status_code)
            codes.append((await platform.send(row())).status_code)
            named = {"UnRegisterObject": {"DeviceID": sender(1).device_id}}
            codes.append((await platform.post("/System/UnRegister", named)).status_code)
            codes.append((await platform.send(row(2))).status_code)
            return codes

        assert platform.run(journey()) == [401, 200, 200, 200, 401]
        assert [one.plate for one in platform.kept()] == ["湘BD0001"]

    def test_a_wrong_secret_and_a_stranger_look_the_same(self, platform: Platform) -> None:
        async def journey() -> list[tuple[int, object]]:
            answers = [await platform.register(secret="guessed"), await platform.register(of=9)]
            return [(each.status_code, each.json()) for each in answers]

        wrong, stranger = platform.run(journey())

        assert wrong == stranger
        assert set(platform.heard()[1]) == {"SECRET", "STRANGER"}

    def test_an_answer_somebody_listened_to_opens_nothing_again(self, platform: Platform) -> None:
        async def journey() -> tuple[int, int]:
            first = await platform.register()
            used = first.request.headers["authorization"]
            body = {"RegisterObject": {"DeviceID": sender(1).device_id}}
            again = await platform.post(
                "/System/Register", body, address="10.9.9.9", headers={"Authorization": used}
            )
            return first.status_code, again.status_code

        assert platform.run(journey()) == (200, 401)

    def test_a_registration_holds_for_one_address_and_five_minutes(
        self, platform: Platform
    ) -> None:
        async def journey() -> list[int]:
            await platform.register()
            elsewhere = await platform.send(row(), address="10.0.0.2")
            platform.steady_s += 299
            kept = await platform.send(row())
            platform.steady_s += 301
            return [elsewhere.status_code, kept.status_code, (await platform.send()).status_code]

        assert platform.run(journey()) == [401, 200, 401]

    def test_a_clock_that_jumps_ends_no_registration(self, platform: Platform) -> None:
        async def journey() -> int:
            await platform.register()
            platform.at += timedelta(hours=9)
            return (await platform.send(row())).status_code

        assert platform.run(journey()) == 200

    def test_guessing_is_stopped_for_the_guesser_alone(self, platform: Platform) -> None:
        async def journey() -> tuple[int, int]:
            for _ in range(20):
                await platform.register(secret="guessed", address="10.6.6.6")
            guesser = await platform.register(secret=SECRET, address="10.6.6.6")
            return guesser.status_code, (await platform.register()).status_code

        assert platform.run(journey()) == (503, 200)

    def test_a_suspended_device_is_turned_away_at_once(self, platform: Platform) -> None:
        async def journey() -> int:
            await platform.register()
            platform.senders = [sender(1, is_open=False)]
            platform.directory.refresh()
            return (await platform.send(row())).status_code

        assert platform.run(journey()) == 403
        assert set(platform.heard()[1]) == {"SUSPENDED"}

    def test_a_device_speaks_for_itself_and_its_own_cameras_only(self, platform: Platform) -> None:
        """Else one stolen secret fills the records of every camera."""
        of_first = sender(2, tollgate_id=sender(1).device_id)
        platform.senders = [sender(1), of_first, sender(3)]
        platform.directory.refresh()

        async def journey() -> list[tuple[int, str]]:
            await platform.register()
            others = (sender(number).device_id for number in (2, 3, 7))
            rows = [row(number, DeviceID=each) for number, each in enumerate(others)]
            return judged(await platform.send(*rows))

        codes = [code for code, _ in platform.run(journey())]
        assert codes == [0, 8, 8]
        assert [one.camera for one in platform.kept()] == [2]
        assert set(platform.heard()[1]) == {"FOREIGN", "STRANGER"}

    def test_the_lanes_of_a_checkpoint_are_told_apart(self, platform: Platform) -> None:
        """Two cameras of one checkpoint have a lane 1 each: only LaneId names one lane."""
        gate = sender(1).device_id
        platform.senders = [
            sender(1),
            sender(3, tollgate_id=gate, lanes=1),
            sender(2, tollgate_id=gate),
            sender(4),
        ]
        platform.directory.refresh()

        async def lanes(of: int) -> list[tuple[int, int, str]]:
            await platform.register(of)
            answer = await platform.post("/Lanes", b"", of=of, method="GET")
            rows = answer.json()["LaneListObject"]["LaneObject"]
            assert {row["TollgateID"] for row in rows} <= {gate}
            return [(row["LaneId"], row["LaneNo"], row["ApeID"]) for row in rows]

        second, third = sender(2).device_id, sender(3).device_id
        assert platform.run(lanes(1)) == [(1, 1, second), (2, 2, second), (3, 1, third)]
        assert platform.run(lanes(3)) == [(3, 1, third)]
        assert platform.run(lanes(4)) == []

    @pytest.mark.parametrize("kind", ["application/VIID+JSON;charset=utf-8", "application/json"])
    def test_both_kinds_of_content_are_taken(self, platform: Platform, kind: str) -> None:
        async def journey() -> int:
            await platform.register()
            return (await platform.send(row(), headers={"Content-Type": kind})).status_code

        assert platform.run(journey()) == 200

    def test_before_the_devices_are_known_nobody_is_refused(self, platform: Platform) -> None:
        """A start without the database must not look like thousands of strangers."""
        platform.directory.is_loaded = False

        async def journey() -> int:
            return (await platform.send(row())).status_code

        assert platform.run(journey()) == 503


class TestWhatIsKept:
    def sent(self, platform: Platform, *rows: object, path: str = "") -> list[tuple[int, str]]:
        async def journey() -> list[tuple[int, str]]:
            await platform.register()
            if path:
                key = path.strip("/").removesuffix("s")
                body = {f"{key}ListObject": {f"{key}Object": rows}}
                return judged(await platform.post(path, body))
            return judged(await platform.send(*rows))

        found: list[tuple[int, str]] = platform.run(journey())
        return found

    def test_every_field_in_our_own_words(self, platform: Platform) -> None:
        assert self.sent(platform, row()) == [(0, "OK")]

        [one] = platform.kept()
        assert (one.plate, one.plate_type, one.camera, one.lane) == ("湘BD0001", 2, 1, 1)
        assert (one.at_ms, one.received_ms) == (ms(TEN), ms(NOW))
        assert (one.plate_colour, one.body_colour) == (Colour.BLUE, Colour.WHITE)
        assert (one.kind, one.speed_kmh, one.direction) == (VehicleKind.CAR, 50, 4)
        assert platform.told == [one]

    def test_the_good_rows_of_a_batch_are_kept_and_each_bad_one_is_told_why(
        self, platform: Platform
    ) -> None:
        answers = self.sent(
            platform,
            row(1),
            row(2, PlateColor=512),
            row(3, PassTime="20261399000000"),
            row(4, LaneNo=5),
            row(5, PlateNo="<script>"),
            row(6),
        )

        assert [code for code, _ in answers] == [0, 8, 8, 8, 8, 0]
        fields = [why.partition(":")[0] for code, why in answers if code]
        assert fields == ["PlateColor", "PassTime", "LaneNo", "PlateNo"]
        assert [one.plate for one in platform.kept()] == ["湘BD0001", "湘BD0006"]
        assert set(platform.heard()[1]) == {"CODE", "TIME", "LANE", "PLATE"}

    @pytest.mark.parametrize("written", ["-", "无车牌", "", "未识别", None])
    def test_however_an_unread_plate_is_written_it_is_one(
        self, platform: Platform, written: str | None
    ) -> None:
        self.sent(platform, row(1, PlateNo=written))

        assert [(one.plate, one.plate_type) for one in platform.kept()] == [(UNREAD, 0)]
        assert platform.heard()[0][1].unread == 1

    def test_two_unread_vehicles_of_one_second_are_two_however_often_sent(
        self, platform: Platform
    ) -> None:
        both = (row(1, PlateNo="-"), row(2, PlateNo="-"))
        self.sent(platform, *both, *both)
        platform.store.seal()

        assert platform.store.count() == 2

    @pytest.mark.parametrize(
        ("text", "late_ms"),
        [
            ("20260302100000", 0),
            ("20260302100000250", 250),
            ("2026-03-02T10:00:00", 0),
            ("2026-03-02T02:00:00Z", 0),
            ("2026-03-02T02:00:00.250+00:00", 250),
        ],
    )
    def test_times_of_whatever_zone_are_one_moment(
        self, platform: Platform, text: str, late_ms: int
    ) -> None:
        self.sent(platform, row(1, PassTime=text))

        assert [one.at_ms for one in platform.kept()] == [ms(TEN) + late_ms]

    @pytest.mark.parametrize("text", ["20260304100000", "20250302100000", "", "gestern", "2026"])
    def test_a_time_to_come_or_too_long_ago_names_no_day(
        self, platform: Platform, text: str
    ) -> None:
        assert self.sent(platform, row(1, PassTime=text))[0][0] == 8
        assert platform.kept() == []

    def test_numbers_as_text_and_empty_fields_are_read(self, platform: Platform) -> None:
        said: dict[str, Any] = {"LaneNo": "2", "Speed": "", "PlateClass": "02", "VehicleColor": ""}
        assert self.sent(platform, row(1, **said)) == [(0, "OK")]

        [one] = platform.kept()
        assert (one.lane, one.speed_kmh, one.body_colour) == (2, None, Colour.UNKNOWN)

    def test_a_speed_no_vehicle_drives_is_counted_and_not_kept(self, platform: Platform) -> None:
        self.sent(platform, row(1, Speed=900.0), row(2, Speed=-1.0), row(3, Speed=230))

        assert [one.speed_kmh for one in platform.kept()] == [None, None, 230]
        assert platform.heard()[0][1].fast == 2

    def test_a_vehicle_without_a_motor_is_taken_without_a_lane(self, platform: Platform) -> None:
        said = {
            "NonMotorVehicleID": "N1",
            "DeviceID": sender(1).device_id,
            "MarkTime": "20260302100000",
            "PlateNo": "株洲12345",
        }
        assert self.sent(platform, said, path="/NonMotorVehicles") == [(0, "OK")]

        [one] = platform.kept()
        assert (one.plate, one.kind, one.lane) == ("株洲12345", VehicleKind.OTHER, 0)

    def test_the_clock_of_a_camera_is_judged_by_its_quickest_passage(
        self, platform: Platform
    ) -> None:
        self.sent(platform, row(1), row(2, PassTime="20260302080000"))

        assert platform.heard()[0][1].skew_s == -30.0


class TestPictures:
    def sub_image(self, data: str, **more: str) -> dict[str, Any]:
        image = {"ImageID": "4302000102119000000102202603021000000000", "Data": data, **more}
        return {"SubImageList": {"SubImageInfoObject": [image]}}

    def sent(self, platform: Platform, said: dict[str, Any]) -> list[tuple[int, str]]:
        async def journey() -> list[tuple[int, str]]:
            await platform.register()
            return judged(await platform.send(row(1, **said)))

        found: list[tuple[int, str]] = platform.run(journey())
        return found

    def test_a_picture_lies_in_the_folder_of_its_day(self, platform: Platform) -> None:
        assert self.sent(platform, self.sub_image(picture())) == [(0, "OK")]

        [one] = platform.kept()
        assert one.image == "2026-03-02/4302000102119000000102202603021000000000"
        assert (platform.folder / "pictures" / one.image).read_bytes()[:3] == b"\xff\xd8\xff"

    @pytest.mark.parametrize(
        "data",
        [
            "not base64!",
            base64.b64encode(b"<html>hello</html>").decode(),
            base64.b64encode(b"\xff\xd8\xff" + bytes(50)).decode(),
            base64.b64encode(base64.b64decode(picture())[:400]).decode(),
            base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"IHDR" * 9).decode(),
        ],
        ids=["not base64", "a page", "a mark alone", "cut", "forged"],
    )
    def test_what_is_no_picture_is_left_out_and_the_passage_kept(
        self, platform: Platform, data: str
    ) -> None:
        assert self.sent(platform, self.sub_image(data)) == [(0, "OK")]

        assert [one.image for one in platform.kept()] == [""]
        assert list((platform.folder / "pictures").rglob("*")) == []
        assert set(platform.heard()[1]) == {"IMAGE"}

    def test_a_name_that_leads_elsewhere_is_no_name(self, platform: Platform) -> None:
        self.sent(platform, self.sub_image(picture(), ImageID="../../etc/passwd"))

        assert [one.image for one in platform.kept()] == [""]
        assert not (platform.folder / "pictures").exists()

    def test_a_picture_may_come_by_itself(self, platform: Platform) -> None:
        name = f"{sender(1).device_id}02202603021000000000100001"
        good = {"ImageInfo": {"ImageID": name}, "Data": picture("PNG")}
        bad = {"ImageInfo": {"ImageID": name + "2"}, "Data": "AAAA"}

        async def journey() -> list[tuple[int, str]]:
            await platform.register()
            body = {"ImageListObject": {"Image": [good, bad]}}
            return judged(await platform.post("/Images", body))

        assert [code for code, _ in platform.run(journey())] == [0, 8]
        assert (platform.folder / "pictures" / "2026-03-02" / name).exists()


class TestWhenItIsTooMuch:
    def test_one_device_that_floods_waits_and_the_other_does_not(self, tmp_path: Path) -> None:
        platform = Platform(tmp_path, limits=Limits(rows_a_second=10, rows_at_once=25))

        async def journey() -> list[int]:
            await platform.register()
            await platform.register(of=2)
            rows = [row(number) for number in range(30)]
            first = await platform.send(*rows)
            second = await platform.send(*rows)
            other = await platform.send(row(of=2), of=2)
            platform.steady_s += 3
            later = await platform.send(row(99))
            return [each.status_code for each in (first, second, other, later)]

        assert platform.run(journey()) == [200, 503, 200, 200]
        assert set(platform.heard()[1]) == {"FLOOD"}

    def test_a_full_disk_takes_nothing_and_says_when_to_come_again(self, tmp_path: Path) -> None:
        def full(_passages: object) -> None:
            raise StoreFull(errno.ENOSPC, "no room")

        platform = Platform(tmp_path, append=full)

        async def journey() -> tuple[int, str, int]:
            await platform.register()
            answer = await platform.send(row())
            code = answer.json()["ResponseStatusObject"]["StatusCode"]
            return answer.status_code, answer.headers["retry-after"], code

        assert platform.run(journey()) == (503, "60", 2)
        assert platform.told == []

    def test_nothing_is_acknowledged_before_it_is_on_disk(self, tmp_path: Path) -> None:
        """An answer that comes first is a passage lost at the next power cut."""
        may_write = threading.Event()
        platform = Platform(tmp_path)
        append = platform.store.append

        def slow(passages: object) -> None:
            may_write.wait(10)
            append(passages)  # type: ignore[arg-type]  # handed on

        platform = Platform(tmp_path, append=slow)

        async def journey() -> tuple[bool, int]:
            import asyncio  # noqa: PLC0415 - only here

            await platform.register()
            asked = asyncio.create_task(platform.send(row()))
            await asyncio.sleep(0.2)
            was_done = asked.done()
            may_write.set()
            return was_done, (await asked).status_code

        assert platform.run(journey()) == (False, 200)

    def test_batches_that_come_together_share_one_write(self, tmp_path: Path) -> None:
        writes: list[int] = []
        platform = Platform(tmp_path)
        append = platform.store.append

        def counted(passages: list[object]) -> None:
            writes.append(len(passages))
            append(passages)  # type: ignore[arg-type]  # handed on

        platform = Platform(tmp_path, append=counted)

        async def journey() -> None:
            import asyncio  # noqa: PLC0415 - only here

            await platform.register()
            await platform.register(of=2)
            sends = [
                platform.send(row(number, of=of), of=of) for of in (1, 2) for number in (1, 2)
            ]
            await asyncio.gather(*sends)

        platform.run(journey())
        assert sum(writes) == 4
        assert len(writes) < 4


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.one_of(
        st.binary(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["MotorVehicleListObject", "MotorVehicleObject", "ImageListObject"]
                    )
                    | st.sampled_from(list(row())),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=12,
        ),
        st.fixed_dictionaries(
            {}, optional={name: st.text() | st.integers() for name in row()}
        ).map(lambda said: {"MotorVehicleListObject": {"MotorVehicleObject": [said]}}),
        st.integers(1, 5_000).map(lambda depth: b"[" * depth),
    ),
    path=st.sampled_from(["/MotorVehicles", "/NonMotorVehicles", "/Images", "/APEs"]),
)
def test_no_body_breaks_the_intake(tmp_path: Path, body: object, path: str) -> None:
    """Whatever comes, it is answered in the standard's own words, and the next one is taken."""
    platform = Platform(tmp_path)

    async def journey() -> tuple[int, int]:
        await platform.register()
        answer = await platform.post(path, body)
        assert answer.headers["content-type"].startswith("application/VIID+JSON")
        return answer.status_code, (await platform.send(row())).status_code

    status, after = platform.run(journey())
    assert status in {200, 400}
    assert after == 200
