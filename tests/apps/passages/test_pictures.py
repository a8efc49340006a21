"""Pictures of passages: only out of one's own answer or alarm, on record, and nothing else."""

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.urls import reverse
from PIL import Image

from luchang.apps.passages.models import AlarmReceipt, Camera, Enquiry
from luchang.apps.passages.policies import RECEIVE_ALARM, SEARCH
from luchang.apps.passages.selectors import pictures
from luchang.apps.passages.services import alarms
from luchang.apps.passages.services.enquiries import ask
from luchang.apps.passages.states import EnquiryKind
from luchang.core.passages.pictures import day_of, is_reference
from luchang.kernel import clock
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.identity.selectors import actor_for
from tests.factories import enquiries as make
from tests.factories import passages, watches
from tests.factories.enquiries import CLONES, question
from tests.factories.identity import Tree, browser_of, tree, user_with

pytestmark = pytest.mark.django_db
CAR, NAME = "湘BD0001", "43020001021190000001022026030208000000001"
NOW = clock.now()
PASSED = NOW - timedelta(hours=30)
REFERENCE = f"{local(PASSED):%Y-%m-%d}/{NAME}"


def bytes_of(kind: str) -> bytes:
    """A real small picture."""
    made = BytesIO()
    Image.new("RGB", (4, 4), "blue").save(made, kind)
    return made.getvalue()


def size_of(answer: HttpResponse) -> tuple[int, int]:
    with Image.open(BytesIO(answer.content)) as shown:
        shown.load()
        return shown.size


class City:
    """A car seen once by one camera, with a picture beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tree: Tree = tree()
        self.camera: Camera = make.cameras(self.tree.own, 1)[0]
        self.passage = passages.passage(self.camera, plate=CAR, at=PASSED, image=REFERENCE)
        make.store_of(folder / "passages", [self.passage])
        make.purposes()
        self.put(REFERENCE, bytes_of("JPEG"))
        self.person: User = user_with(SEARCH, at=self.tree.city)

    def put(self, reference: str, content: bytes) -> None:
        place = self.folder / "pictures" / reference
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

    def asked(
        self, kind: EnquiryKind = EnquiryKind.SEARCH, *, at: datetime = NOW, **more: object
    ) -> Enquiry:
        span = {"first": PASSED - timedelta(hours=1), "last": NOW}
        asked = question(kind, **{"plate": CAR, **span, **more})
        return ask(asked=asked, purpose=CLONES, by=actor_for(self.person, at=at), at=at)

    def address(self, made: Enquiry, **other: object) -> str:
        said = {
            "camera": self.camera.number,
            "at_ms": self.passage.at_ms,
            "name": NAME,
            **other,
        }
        return reverse("passages.enquiry_picture", kwargs={"pk": made.pk, **said})


@pytest.fixture
def city(tmp_path: Path, settings: LazySettings) -> City:
    settings.PASSAGE_STORE = tmp_path / "passages"
    settings.PASSAGE_PICTURES = tmp_path / "pictures"
    settings.MEDIA_ROOT = str(tmp_path)
    return City(tmp_path)


def got(user: User, address: str) -> HttpResponse:
    answer = browser_of(user).get(address)
    assert isinstance(answer, HttpResponse)
    return answer


class TestOutOfAnAnswer:
    @pytest.mark.parametrize("kind", [EnquiryKind.SEARCH, EnquiryKind.TRACK])
    def test_the_page_leads_to_it_and_each_look_is_on_record(
        self, city: City, kind: EnquiryKind
    ) -> None:
        made = city.asked(kind)
        page = got(city.person, reverse("passages.enquiry", args=[made.pk]))
        assert city.address(made) in page.content.decode()

        answer = got(city.person, city.address(made))

        assert answer.status_code == 200
        assert size_of(answer) == (4, 4)
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]
        told = AuditEntry.objects.filter(action=Action.REVEAL).latest("pk")
        assert told.actor_id == city.person.pk
        assert (told.subject_id, told.purpose) == (str(made.pk), made.reason)
        assert told.detail["picture"] == NAME
        assert CAR not in str(told.detail)

    def test_an_answer_shows_none_of_what_it_does_not_hold(self, city: City) -> None:
        """Catches an address that is believed instead of looked up in the answer."""
        other = city.asked(plate="湘BD0002")
        later = city.asked(first=PASSED + timedelta(hours=1))
        elsewhere = make.cameras(city.tree.own, 1)[0]
        there = city.asked(cameras=(elsewhere.number,))
        presence = city.asked(EnquiryKind.PRESENCE)

        for made in (other, later, there, presence):
            assert got(city.person, city.address(made)).status_code == 404
        made = city.asked()
        for wrong in ({"camera": elsewhere.number}, {"at_ms": city.passage.at_ms + 1}):
            assert got(city.person, city.address(made, **wrong)).status_code == 404
        assert not AuditEntry.objects.filter(action=Action.REVEAL).exists()

    def test_somebody_elses_answer_is_not_there(self, city: City) -> None:
        made = city.asked()

        assert got(user_with(SEARCH, at=city.tree.city), city.address(made)).status_code == 404
        assert got(user_with(RECEIVE_ALARM), city.address(made)).status_code == 403

    def test_a_camera_out_of_reach_shows_nothing(self, city: City) -> None:
        city.person = user_with(SEARCH, at=city.tree.sibling)
        make.cameras(city.tree.sibling, 1)
        made = city.asked()

        assert got(city.person, city.address(made)).status_code == 404

    def test_after_a_day_it_is_asked_for_anew(self, city: City) -> None:
        made = city.asked(at=NOW - timedelta(hours=25))

        assert got(city.person, city.address(made)).status_code == 404

    def test_what_is_past_its_time_is_gone_before_the_night_clears_it(
        self, city: City, settings: LazySettings
    ) -> None:
        made = city.asked()
        settings.PICTURE_DAYS = 0

        page = got(city.person, reverse("passages.enquiry", args=[made.pk]))

        assert city.address(made) not in page.content.decode()
        assert got(city.person, city.address(made)).status_code == 404

    def test_none_kept_is_none_shown(self, city: City) -> None:
        made = city.asked()
        (city.folder / "pictures" / REFERENCE).unlink()

        page = got(city.person, reverse("passages.enquiry", args=[made.pk]))

        assert "查看图片" not in page.content.decode()
        assert got(city.person, city.address(made)).status_code == 404

    @pytest.mark.parametrize(
        ("kind", "media"), [("PNG", "image/png"), ("BMP", "image/png"), ("JPEG", "image/jpeg")]
    )
    def test_its_type_is_what_its_bytes_say(self, city: City, kind: str, media: str) -> None:
        city.put(REFERENCE, bytes_of(kind))

        assert got(city.person, city.address(city.asked()))["Content-Type"] == media

    def test_who_looks_and_when_is_written_across_it(self, city: City) -> None:
        """Two viewers would otherwise pass on the same picture, and neither be known."""
        plain = BytesIO()
        Image.new("RGB", (800, 600), "black").save(plain, "PNG")
        city.put(REFERENCE, plain.getvalue())
        made = city.asked()
        seen = got(city.person, city.address(made)).content
        other = user_with(SEARCH, at=city.tree.city)
        city.person = other

        again = got(other, city.address(city.asked())).content

        with Image.open(BytesIO(seen)) as shown:
            bright = sum(shown.convert("L").histogram()[32:])
        assert 0.002 < bright / (800 * 600) < 0.3, "legible, and the picture still to be seen"
        assert plain.getvalue() not in (seen, again)
        assert seen != again
        assert (city.folder / "pictures" / REFERENCE).read_bytes() == plain.getvalue()

    def test_a_huge_picture_is_shown_reduced(self, city: City) -> None:
        """Marking it as it is would take a gigabyte of a web process."""
        made = BytesIO()
        Image.new("RGB", (8_000, 4_000), "blue").save(made, "JPEG")
        city.put(REFERENCE, made.getvalue())

        width, height = size_of(got(city.person, city.address(city.asked())))

        assert width * height <= 16_000_000
        assert width == 2 * height

    def test_one_that_cannot_be_decoded_is_not_handed_out_unmarked(self, city: City) -> None:
        city.put(REFERENCE, bytes_of("PNG")[:50])

        assert got(city.person, city.address(city.asked())).status_code == 404

    @pytest.mark.parametrize(
        "content", [b"<html><script>alert(1)</script>", b"<svg xmlns='x'/>", b""]
    )
    def test_what_is_no_picture_is_not_handed_out(self, city: City, content: bytes) -> None:
        city.put(REFERENCE, content)

        assert got(city.person, city.address(city.asked())).status_code == 404

    @pytest.mark.parametrize(
        "tail",
        [
            "../../passages/manifest",
            "..%2f..%2fsecret",
            "%2e%2e/%2e%2e/secret",
            "....//secret",
            f"{NAME}%00.jpg",
            f"2026-03-02/{NAME}",
            "%5c..%5csecret",
        ],
    )
    def test_an_address_reaches_no_other_file(self, city: City, tail: str) -> None:
        city.put("secret", bytes_of("JPEG"))
        (city.folder / "secret").write_bytes(bytes_of("JPEG"))
        whole = city.address(city.asked())

        assert got(city.person, whole[: -len(NAME)] + tail).status_code in {400, 404}

    def test_a_time_beyond_all_clocks_is_not_there(self, city: City) -> None:
        """Catches an overflow that answers 500."""
        whole = city.address(city.asked(), at_ms=10**40)

        assert got(city.person, whole).status_code == 404


class TestReferences:
    @pytest.mark.parametrize(
        "reference",
        [
            "",
            "demo/20260302/000001.jpg",
            "http://198.51.100.7/a.jpg",
            "/etc/passwd",
            "../secret",
            "2026-03-02/../../secret",
            "2026-03-02/..",
            "2026-03-02/a/b",
            "2026-03-02/a.jpg",
            "2026-03-02/a\n",
            "2026-03-02\\a",
            "２０２６-03-02/a",
            "2026-13-02/a",
        ],
    )
    def test_only_a_day_and_a_name_are_opened(self, city: City, reference: str) -> None:
        """What a device wrote as the place of its picture is never opened as a file."""
        (city.folder / "secret").write_bytes(bytes_of("JPEG"))

        assert day_of(reference) is None
        assert pictures.read(reference, at=NOW) is None
        assert not pictures.is_kept(reference, at=NOW)

    def test_ours_are_recognised(self) -> None:
        assert is_reference(REFERENCE)


class TestOfAnAlarm:
    def receipt(self, city: City, at: Organisation) -> AlarmReceipt:
        watch = watches.watch(at=at, now=PASSED, plate=CAR)
        made = alarms.raise_alarm(watch_id=watch.pk, passage=city.passage, at=PASSED)
        return AlarmReceipt.objects.get(alarm=made)

    def test_its_page_leads_to_it_and_each_look_is_on_record(self, city: City) -> None:
        receipt = self.receipt(city, city.tree.own)
        reader = user_with(RECEIVE_ALARM, at=city.tree.own)
        address = reverse("passages.alarm_picture", args=[receipt.pk])

        page = got(reader, reverse("passages.receipt", args=[receipt.pk])).content.decode()
        answer = got(reader, address)

        assert f'<a href="{address}">查看图片</a>' in page
        assert (answer.status_code, size_of(answer)) == (200, (4, 4))
        told = AuditEntry.objects.filter(action=Action.REVEAL).latest("pk")
        assert (told.subject, told.subject_id) == ("passages.alarmreceipt", str(receipt.pk))

    def test_another_brigades_alarm_is_not_there(self, city: City) -> None:
        receipt = self.receipt(city, city.tree.own)
        address = reverse("passages.alarm_picture", args=[receipt.pk])

        assert got(user_with(RECEIVE_ALARM, at=city.tree.sibling), address).status_code == 404
        assert got(user_with(SEARCH, at=city.tree.own), address).status_code == 403

    def test_without_a_picture_there_is_no_link(self, city: City) -> None:
        (city.folder / "pictures" / REFERENCE).unlink()
        receipt = self.receipt(city, city.tree.own)
        reader = user_with(RECEIVE_ALARM, at=city.tree.own)
        address = reverse("passages.alarm_picture", args=[receipt.pk])

        page = got(reader, reverse("passages.receipt", args=[receipt.pk]))

        assert "查看图片" not in page.content.decode()
        assert got(reader, address).status_code == 404
