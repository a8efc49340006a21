"""Pages below `/administration/`."""

from django.urls import path

from luchang.kernel.lists.urls import list_routes
from luchang.screens.administration import (
    lists,
    organisations,
    overview,
    posts,
    roles,
    tokens,
    users,
)

urlpatterns = [
    *(route for address, spec in lists.ALL for route in list_routes(address, spec)),
    path("organisations/new", organisations.found, name="administration.found"),
    path(
        "organisations/<int:pk>/", organisations.organisation, name="administration.organisation"
    ),
    path("organisations/<int:pk>/move", organisations.move, name="administration.move"),
    path("organisations/<int:pk>/close", organisations.close, name="administration.close"),
    path("users/new", users.create, name="administration.create_user"),
    path("users/<int:pk>/", users.user, name="administration.user"),
    path("users/<int:pk>/transfer", users.transfer, name="administration.transfer"),
    path("users/<int:pk>/disable", users.disable, name="administration.disable"),
    path("users/<int:pk>/enable", users.enable, name="administration.enable"),
    path("users/<int:pk>/password", users.reset_password, name="administration.reset_password"),
    path("roles/new", roles.create, name="administration.create_role"),
    path("roles/<int:pk>/", roles.role, name="administration.role"),
    path("posts/new", posts.create, name="administration.create_post"),
    path("posts/<int:pk>/", posts.post, name="administration.post"),
    path("posts/<int:pk>/appoint", posts.appoint, name="administration.appoint"),
    path(
        "appointments/<int:pk>/end", posts.end_appointment, name="administration.end_appointment"
    ),
    path("tokens/new", tokens.issue, name="administration.issue_token"),
    path("tokens/<int:pk>/", tokens.token, name="administration.token"),
    path("tokens/<int:pk>/revoke", tokens.revoke, name="administration.revoke_token"),
    path("my-tokens", tokens.own, name="administration.own_tokens"),
    path("overview", overview.overview, name="administration.overview"),
]
