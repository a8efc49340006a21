"""The pages: handing in, reading, judging, fetching; and what they refuse."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from luchang.apps.figures.models import SourceDocument
from luchang.apps.figures.policies import CHECK_REPORTS, REVIEW_FIGURES, SEE_REPORTED
from tests.browser import DESK, PHONE, Visit
from tests.factories import figures as make
from tests.factories.identity import browser_of, organisation, user_with

ALL = (SEE_REPORTED, CHECK_REPORTS, REVIEW_FIGURES)


@pytest.mark.django_db
class TestCheck:
    def test_a_file_is_taken_and_its_page_shows_what_is_wrong(self) -> None:
        here = organisation()
        client = browser_of(user_with(*ALL, at=here))
        file = SimpleUploadedFile("report.txt", make.CONTRADICTORY.encode("gb18030"))

        answer = client.post(
            reverse("figures.check"), {"organisation": here.pk, "file": file}, follow=True
        )

        assert answer.status_code == 200
        assert "150起 &gt; 120起" in answer.content.decode()
        assert SourceDocument.objects.get().title == "report.txt"

    def test_a_pasted_text_is_taken(self) -> None:
        here = organisation()
        client = browser_of(user_with(*ALL, at=here))

        client.post(reverse("figures.check"), {"organisation": here.pk, "text": "接警5起。"})

        assert SourceDocument.objects.get().figures.count() == 1

    def test_nothing_is_refused_and_so_is_what_cannot_be_read(self) -> None:
        here = organisation()
        client = browser_of(user_with(*ALL, at=here))
        scan = SimpleUploadedFile("report.pdf", b"%PDF-1.7")

        nothing = client.post(reverse("figures.check"), {"organisation": here.pk})
        broken = client.post(reverse("figures.check"), {"organisation": here.pk, "file": scan})

        assert (nothing.status_code, broken.status_code) == (422, 422)
        assert not SourceDocument.objects.exists()

    def test_another_organisation_is_not_offered(self) -> None:
        client = browser_of(user_with(*ALL, at=organisation()))

        answer = client.post(
            reverse("figures.check"), {"organisation": organisation().pk, "text": "接警5起。"}
        )

        assert answer.status_code == 422

    def test_the_empty_form_offers_the_own_organisation(self) -> None:
        assert browser_of(user_with(*ALL)).get(reverse("figures.check")).status_code == 200


@pytest.mark.django_db
class TestDocument:
    @pytest.mark.parametrize("kind", ["html", "xlsx", "json", "pdf"])
    def test_it_comes_as_a_file(self, kind: str) -> None:
        document = make.document()
        client = browser_of(user_with(*ALL, at=document.organisation))

        answer = client.get(reverse("figures.output", args=[document.pk, kind]))

        assert answer.status_code == 200
        assert answer["Content-Disposition"].endswith(f'.{kind}"')

    def test_another_format_and_another_place_are_not_there(self) -> None:
        document = make.document()
        client = browser_of(user_with(*ALL, at=document.organisation))
        stranger = browser_of(user_with(*ALL, at=organisation()))

        assert client.get(reverse("figures.output", args=[document.pk, "exe"])).status_code == 404
        assert stranger.get(reverse("figures.document", args=[document.pk])).status_code == 404
        assert (
            stranger.get(reverse("figures.output", args=[document.pk, "json"])).status_code == 404
        )


@pytest.mark.django_db
class TestJudge:
    def test_an_officer_corrects_a_figure(self) -> None:
        figure = make.figure()
        client = browser_of(user_with(*ALL, at=figure.organisation))

        answer = client.post(
            reverse("figures.judge", args=[figure.pk]),
            {"status": "CORRECTED", "value": "180", "reason": "少录一批"},
            follow=True,
        )

        assert answer.status_code == 200
        assert "180" in answer.content.decode()

    @pytest.mark.parametrize(
        "said",
        [
            {"status": "CORRECTED", "reason": "错"},
            {"status": "AS_PRINTED", "reason": "错"},
            {"status": "DISPUTED"},
        ],
    )
    def test_what_is_not_enough_is_told_on_the_page(self, said: dict[str, str]) -> None:
        figure = make.figure()
        client = browser_of(user_with(*ALL, at=figure.organisation))

        answer = client.post(reverse("figures.judge", args=[figure.pk]), said)

        assert answer.status_code == 422

    def test_who_may_only_see_finds_no_form(self) -> None:
        figure = make.figure()
        client = browser_of(user_with(SEE_REPORTED, at=figure.organisation))
        address = reverse("figures.judge", args=[figure.pk])

        assert (
            address not in client.get(reverse("figures.figure", args=[figure.pk])).content.decode()
        )
        assert client.post(address, {"status": "DISPUTED", "reason": "x"}).status_code == 403


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestInTheBrowser:
    def test_a_dropped_report_is_checked_and_a_finding_leads_to_its_place(
        self, visit: Visit
    ) -> None:
        person = user_with(*ALL)
        page = visit.open(reverse("figures.check"), person=person)
        page.evaluate(
            """text => {
                const carried = new DataTransfer();
                carried.items.add(new File([text], "report.txt", {type: "text/plain"}));
                const zone = document.querySelector("[data-drop]");
                const drop = {dataTransfer: carried, bubbles: true, cancelable: true};
                zone.dispatchEvent(new DragEvent("drop", drop));
            }""",
            make.CONTRADICTORY,
        )
        assert "report.txt" in page.inner_text("[data-drop-name]")
        visit.shoot(page, "figures-check")

        page.click("form:has([data-drop]) button[type=submit]")
        page.wait_for_selector(".lc-figures-text")

        assert page.locator(".lc-figures-mark.is-contradiction").count() >= 2
        page.click("sup a >> nth=0")
        assert "#finding-" in page.url

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("size", [DESK, PHONE])
    def test_the_pages_look_as_they_should(
        self, visit: Visit, language: str, theme: str, size: tuple[int, int]
    ) -> None:
        figure = make.figure()
        person = user_with(*ALL, at=figure.organisation)
        for name, address in (
            ("document", reverse("figures.document", args=[figure.document_id])),
            ("figure", reverse("figures.figure", args=[figure.pk])),
            ("check", reverse("figures.check")),
        ):
            page = visit.open(address, person=person, size=size, theme=theme, language=language)
            visit.shoot(page, f"figures-{name}-{size[0]}-{theme}-{language}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size[0]
