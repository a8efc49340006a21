"""Who may sign in with a password, and how the person behind a session is loaded."""

from allauth.account.auth_backends import AuthenticationBackend

from luchang.kernel.identity.models import User


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]
    """Allauth's, without service accounts, and with the organisation in the same query."""

    def user_can_authenticate(self, user: User) -> bool:
        return user.is_active and not user.is_service

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("organisation").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
