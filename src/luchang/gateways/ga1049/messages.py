"""The envelope: who speaks to whom, what kind of message, which operations it carries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from luchang.gateways.ga1049.nodes import Garbled, Node, node, parse, write
from luchang.kernel.clock import local

MOST_OPERATIONS = 100
LONGEST_SEQ = 20
SEQ_NUMBERS = 1_000_000


class Kind(StrEnum):
    REQUEST = "REQUEST"
    RESPONSE = "RESPONSE"
    PUSH = "PUSH"
    ERROR = "ERROR"


class Name(StrEnum):
    """What an operation does."""

    LOGIN = "Login"
    LOGOUT = "Logout"
    SUBSCRIBE = "Subscribe"
    UNSUBSCRIBE = "Unsubscribe"
    GET = "Get"
    SET = "Set"
    NOTIFY = "Notify"
    OTHER = "Other"


@dataclass(frozen=True, slots=True)
class Address:
    system: str
    sub_system: str = ""
    instance: str = ""


@dataclass(frozen=True)
class Operation:
    """One operation with its objects."""

    name: Name
    objects: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Message:
    kind: Kind
    seq: str
    sender: Address
    receiver: Address
    operations: tuple[Operation, ...]
    token: str = ""
    version: str = "2.0"

    @property
    def objects(self) -> list[Node]:
        return [each for operation in self.operations for each in operation.objects]

    def answer(self, kind: Kind, objects: Sequence[Node], *, token: str | None = None) -> Message:
        """What is said back: same number, same operation, addresses turned round."""
        name = self.operations[0].name if self.operations else Name.OTHER
        return Message(
            kind=kind,
            seq=self.seq,
            sender=self.receiver,
            receiver=self.sender,
            operations=(Operation(name, tuple(objects)),),
            token=self.token if token is None else token,
            version=self.version,
        )


@dataclass
class Numbers:
    """Numbers of messages: 14 digits of local time and six that count."""

    clock: Callable[[], datetime]
    _count: int = field(default=0)

    def next(self) -> str:
        self._count = (self._count + 1) % SEQ_NUMBERS
        return f"{local(self.clock()):%Y%m%d%H%M%S}{self._count:06d}"


def encode(message: Message, *, namespace: str) -> str:
    """The XML of a message.

    Raises:
        Garbled: it does not fit the protocol's bounds.
    """
    body = Node("Body")
    for order, operation in enumerate(message.operations, start=1):
        body.children.append(
            Node(
                "Operation",
                attributes={"order": str(order), "name": operation.name},
                children=list(operation.objects),
            )
        )
    tree = node(
        "Message",
        ("Version", message.version),
        ("Token", message.token),
        node("From", _address(message.sender)),
        node("To", _address(message.receiver)),
        ("Type", message.kind),
        ("Seq", message.seq),
        body,
    )
    return write(tree, namespace=namespace)


def decode(text: str) -> Message:
    """A message out of its XML, whatever namespace it declares.

    Raises:
        Garbled: it is none.
    """
    tree = parse(text)
    if tree.name != "Message":
        raise Garbled(f"<{tree.name[:40]}> is no <Message>")
    operations = tuple(_operation(each) for each in tree.needed("Body").all("Operation"))
    if len(operations) > MOST_OPERATIONS:
        raise Garbled(f"more than {MOST_OPERATIONS} operations")
    seq = tree.said("Seq")
    if len(seq) > LONGEST_SEQ:
        raise Garbled("its number is too long")
    return Message(
        kind=_kind(tree.said("Type")),
        seq=seq,
        sender=_address_of(tree.needed("From")),
        receiver=_address_of(tree.needed("To")),
        operations=operations,
        token=tree.said("Token"),
        version=tree.said("Version"),
    )


def _address(address: Address) -> Node:
    return node(
        "Address",
        ("Sys", address.system),
        ("SubSys", address.sub_system),
        ("Instance", address.instance),
    )


def _address_of(side: Node) -> Address:
    """Some products leave out the inner element."""
    inner = side.first("Address") or side
    return Address(inner.said("Sys"), inner.said("SubSys"), inner.said("Instance"))


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError as strange:
        raise Garbled(f"no type of message: {text[:40]!r}") from strange


def _operation(tree: Node) -> Operation:
    text = tree.attributes.get("name", "")
    try:
        name = Name(text)
    except ValueError as strange:
        raise Garbled(f"no operation: {text[:40]!r}") from strange
    return Operation(name, tuple(tree.children))
