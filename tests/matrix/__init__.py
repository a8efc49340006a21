"""The permission matrix: every route, every role, own and foreign records, every place of an id.

What is expected is computed from what routes declare and from the actor's reach; what is found is
asked through the front door. An app adds its specimens in `tests/matrix/specimens/<app>.py`.
"""
