"""A file carries what was approved, in the protocol's own words, and nothing else."""

from dataclasses import replace

import pytest

from luchang.apps.signals.ports import LinkRefused, ga1049_document
from luchang.core.signals.junction import Stage
from luchang.gateways.ga1049.dialect import SIGNALS, Dialect
from luchang.gateways.ga1049.document import plan_document
from luchang.gateways.ga1049.messages import Name, decode
from luchang.gateways.ga1049.objects import greens, plan_of
from luchang.gateways.storing import stored
from tests.core.signals.layouts import crossing
from tests.gateways.signals import CONTROLLER, NOW, approved, signed


def test_a_file_says_the_stages_and_the_plan_as_approved() -> None:
    message = decode(ga1049_document()(CONTROLLER, approved(), at=NOW))
    *stages, plan = message.objects

    assert message.operations[0].name is Name.SET
    assert message.seq == "20261126083000000001"
    assert plan_of(plan) == stored(approved())
    assert [greens(each) for each in stages] == [each.green for each in crossing().stages]


def test_the_dialect_of_the_installation_is_written() -> None:
    text = plan_document(CONTROLLER, approved(), at=NOW, spoken=Dialect(namespace=SIGNALS))

    assert SIGNALS in text


def test_an_unsigned_plan_makes_no_file() -> None:
    unsigned = replace(approved(), approval=signed("0" * 64))

    with pytest.raises(LinkRefused) as refused:
        plan_document(CONTROLLER, unsigned, at=NOW)

    assert refused.value.code == "other_content"


def test_a_name_that_xml_cannot_hold_is_refused_in_words() -> None:
    junction = crossing()
    stages = (replace(junction.stages[0], name="a\x00"), *junction.stages[1:])

    with pytest.raises(LinkRefused) as refused:
        plan_document(CONTROLLER, approved(junction=replace(junction, stages=stages)), at=NOW)

    assert refused.value.code == "unwritable"
    assert isinstance(stages[0], Stage)
