"""The store of passages on disk: an append log, sealed hours, and each day in two orders.

    store = Store.open(path)             # any process; the folder is made when it is absent
    store.append(passages)               # returns after the durable write; or raises
    store.seal()                         # a job, every few minutes: the log becomes hour segments
    store.arrange(day)                   # a job, once a day is over: its two orders
    store.search(Question(plate="湘B?23*", first=..., last=..., cameras=...))
    store.track(plate, plate_type, first_day, last_day)
    store.erase(plate, plate_type, ...)  # a legal request: hidden at once, gone after `rewrite`
    store.drop_before(day)               # retention
    verify(path)                         # faults found; none: the store is whole
    with copying(path) as copy: ...      # a backup, while others append and seal

Files are plain Arrow IPC files, uncompressed and mapped into memory: DuckDB, Polars and pandas
read them as they are (docs/explanation/passage-store.md). One file, `manifest.json`, says which
files belong to the store; it is replaced in one step, so that a crash at any point leaves either
the store before or the store after. Several processes may append and ask; of those that seal,
arrange or rewrite, one works at a time and the others get `Busy`.
"""

from luchang.kernel.segments.answers import Answer, Found, Question
from luchang.kernel.segments.copying import copying
from luchang.kernel.segments.durable import Busy, Damaged, StoreFull
from luchang.kernel.segments.following import Follower, Place
from luchang.kernel.segments.store import Sealed, Store
from luchang.kernel.segments.verifying import Fault, verify

__all__ = [
    "Answer",
    "Busy",
    "Damaged",
    "Fault",
    "Follower",
    "Found",
    "Place",
    "Question",
    "Sealed",
    "Store",
    "StoreFull",
    "copying",
    "verify",
]
