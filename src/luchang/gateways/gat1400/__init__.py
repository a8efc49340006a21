"""GA/T 1400: cameras and checkpoints hand over what they saw, by HTTP and JSON.

    codes      what the numbers of the standard mean, in the words of the core
    objects    bodies of requests, typed and range-checked
    answers    response objects with their status codes
    digest     HTTP Digest as RFC 2617 has it
    reading    a motor vehicle of the standard becomes a passage, or is refused
    pictures   images: looked at, kept apart by day
    limits     how much one device may send
    devices    the registered devices as the database has them, and who has signed in
    keeping    one durable write for whatever arrives at the same time
    tallies    what was heard and refused, on its way to the database
    server     the addresses below /VIID, an ASGI application without Django's middleware
    files      the same passages from files: CSV, and the bodies of the standard
    running    the process: server, refreshing, telling, drop folder

What no text of the standard at hand confirms is not believed: the direction a camera looks is the
registered one, whatever code it sends.
"""
