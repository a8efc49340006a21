"""`luchang audit_verify`: is every entry as it was sealed? Exit code 1 when not."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luchang.kernel import clock
from luchang.kernel.audit.verification import Finding, verify, verify_and_keep


class Command(BaseCommand):
    help = "Check the audit log against its seals and against the heads kept outside."

    def handle(self, *args: Any, **options: Any) -> None:
        del args, options
        started = time.monotonic()
        report = verify()
        verify_and_keep(at=clock.now(), took_s=time.monotonic() - started, report=report)
        for finding in report.findings:
            self.stdout.write(_line(finding))
        told = (
            f"{report.entries} entries in {report.seals} seals, {report.unsealed} not yet sealed"
        )
        if not report.is_sound:
            raise CommandError(f"the audit log was tampered with: {told}")
        self.stdout.write(f"sound: {told}")


def _line(finding: Finding) -> str:
    where = f"entry {finding.entry} in " if finding.entry is not None else ""
    return f"{finding.flaw}: {where}seal {finding.seal}: {finding.text}"
