from datetime import datetime
from typing import Any

import pgtrigger
from django.core.validators import RegexValidator
from django.db import connection, models, transaction
from django.db.models import CheckConstraint, F, Max, Q, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext_lazy as _

from luchang.kernel.history import tracked
from luchang.kernel.identity.querysets import OrganisationQuerySet
from luchang.kernel.identity.states import OrganisationKind

STEP = 6
"""Digits of one step in a materialised path; a key of more digits makes a longer step."""

PATH_LIMIT = 255
"""Characters of a path: 36 levels."""


def step_of(key: int) -> str:
    """What an organisation adds to its parent's path."""
    return f"{key:0{STEP}d}/"


def _lock_tree() -> None:
    """Hold the tree still until the transaction ends: paths are written by one at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('organisation tree', 0))")


def _next_key() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('identity_organisation', 'id'))")
        row = cursor.fetchone()
    key: int = row[0]
    return key


PATH_FOLLOWS_TREE = f"""
    IF EXISTS (
        SELECT 1 FROM identity_organisation o
        LEFT JOIN identity_organisation p ON p.id = o.parent_id
        WHERE (o.id = NEW.id OR o.parent_id = NEW.id)
          AND o.path <> coalesce(p.path, '')
              || lpad(o.id::text, greatest({STEP}, length(o.id::text)), '0') || '/'
    ) THEN
        RAISE EXCEPTION 'path of organisation % does not follow the tree', NEW.id;
    END IF;
    RETURN NULL;
"""  # noqa: S608 - made of a constant
"""Asked when the transaction ends; a cycle has no such paths, so it cannot be stored either."""

valid_code = RegexValidator(r"^[0-9A-Z]{12}$", _("机构代码为12位数字或大写字母"))


@tracked()
class Organisation(models.Model):
    """A unit of the force or a partner it works with; the tree of who answers to whom."""

    code = models.CharField(_("机构代码"), max_length=12, unique=True, validators=[valid_code])
    name = models.CharField(_("名称"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=24)
    kind = models.CharField(_("类别"), max_length=24, choices=OrganisationKind.choices)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=PATH_LIMIT, unique=True, db_collation="C")
    division_code = models.CharField(_("辖区代码"), max_length=12, blank=True)
    order = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    objects = models.Manager.from_queryset(OrganisationQuerySet)()

    class Meta:
        ordering = ["path"]
        verbose_name = _("机构")
        constraints = [
            CheckConstraint(name="organisation_not_its_own_parent", condition=~Q(parent=F("id"))),
        ]
        indexes = [
            models.Index(
                name="organisation_path_prefix", fields=["path"], opclasses=["text_pattern_ops"]
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="path_follows_tree",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func=PATH_FOLLOWS_TREE,
            )
        ]

    def __str__(self) -> str:
        return self.short_name

    # Changes

    @classmethod
    @transaction.atomic
    def found(cls, *, parent: "Organisation | None", **fields: Any) -> "Organisation":
        """A new organisation below `parent`; its path follows from its key.

        Raises:
            ValidationError: a field is wrong, or the tree would grow deeper than a path can say.
        """
        _lock_tree()
        if parent is not None:
            parent.refresh_from_db(fields=["path"])
        key = _next_key()
        made = cls(pk=key, parent=parent, **fields)
        made.path = (parent.path if parent else "") + step_of(key)
        made.full_clean()
        made.save(force_insert=True)
        return made

    @transaction.atomic
    def move_below(self, parent: "Organisation") -> None:
        """Take the whole branch to another parent.

        Raises:
            ValueError: `parent` lies in this very branch, or the branch would grow too deep.
        """
        _lock_tree()
        self.refresh_from_db(fields=["path"])
        parent.refresh_from_db(fields=["path"])
        if parent.path.startswith(self.path):
            raise ValueError(f"{parent} lies below {self}")
        old, new = self.path, parent.path + step_of(self.pk)
        self._check_depth(longer_by=len(new) - len(old))
        Organisation.objects.branch(old).update(
            path=Concat(Value(new), Substr("path", len(old) + 1))
        )
        self.parent, self.path = parent, new
        self.save(update_fields=["parent"])

    def _check_depth(self, *, longer_by: int) -> None:
        branch = Organisation.objects.branch(self.path)
        deepest = branch.aggregate(length=Max(Length("path")))["length"]
        if deepest + longer_by > PATH_LIMIT:
            raise ValueError(f"the branch of {self} would lie too deep there")

    def rename(self, *, name: str, short_name: str) -> None:
        self.name, self.short_name = name, short_name
        self.full_clean()
        self.save(update_fields=["name", "short_name"])

    def close(self, *, at: datetime) -> None:
        self.closed_at = at
        self.save(update_fields=["closed_at"])

    # Questions

    @property
    def depth(self) -> int:
        """0 for a root."""
        return self.path.count("/") - 1
