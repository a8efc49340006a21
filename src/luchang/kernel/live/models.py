import pgtrigger
from django.db import models

CHANNEL = "luchang_live"


def _transaction() -> models.Func:
    """The transaction that writes the row."""
    return models.Func(
        template="(pg_current_xact_id()::text::bigint)", output_field=models.BigIntegerField()
    )


def _oldest_open() -> models.Func:
    """The oldest transaction that was open when the row was written."""
    return models.Func(
        template="(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)",
        output_field=models.BigIntegerField(),
    )


class StreamEvent(models.Model):
    """One change that screens want to hear of; the key is the point to resume from.

    Keys are drawn before commit, so a lower key may appear after a higher one and "everything
    after key n" would lose changes. Each row therefore notes its transaction and the oldest one
    open at that moment: whatever had been committed before the row was heard before it, and
    everything else has a transaction not older than `oldest_open` (`selectors.missed_since`).
    """

    topic = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    permission = models.CharField(max_length=60, blank=True)
    organisation_id = models.BigIntegerField(null=True)
    organisation_path = models.CharField(max_length=255, blank=True)
    user_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    transaction = models.BigIntegerField(db_default=_transaction(), editable=False)
    oldest_open = models.BigIntegerField(db_default=_oldest_open(), editable=False)

    class Meta:
        indexes = [
            models.Index(name="stream_at", fields=["at"]),
            models.Index(name="stream_transaction", fields=["transaction"]),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="announce",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=f"PERFORM pg_notify('{CHANNEL}', NEW.id::text); RETURN NULL;",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.topic} {self.kind}"
