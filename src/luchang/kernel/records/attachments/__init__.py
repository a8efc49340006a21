"""Files that belong to a record: looked into, written anew, kept once, shown to who may see it.

An app says once, in its `ready()`, who may see and add to files of its records:

    registry.register("dispatch.incident", may_see=..., may_attach=...)
"""
