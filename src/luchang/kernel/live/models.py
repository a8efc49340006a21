import pgtrigger
from django.db import models

CHANNEL = "luchang_live"


class StreamEvent(models.Model):
    """One change that screens want to hear of; the key is the point to resume from.

    Keys are drawn before commit, so a lower key may appear after a higher one: whoever resumes
    reads some keys back and the page drops what it has seen (`selectors.LOOK_BACK`).
    """

    topic = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    permission = models.CharField(max_length=60, blank=True)
    organisation_id = models.BigIntegerField(null=True)
    organisation_path = models.CharField(max_length=255, blank=True)
    user_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="stream_at", fields=["at"])]
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
