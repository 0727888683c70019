"""Who calls: API tokens, and the address that a lock-out is about."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class TokenAuthentication(KnoxTokenAuthentication):
    """`Authorization: Token <token>`; checking a token only reads, so that a read-only database role can do it."""

    def authenticate(self, request: Any) -> Any:
        try:
            return super().authenticate(request)
        except UnicodeError:  # a header that HTTP can't carry, from a gateway that can
            raise AuthenticationFailed(_("Invalid token.")) from None

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isalnum():  # what no token of ours holds, and no database looks up: NUL, half a character
            raise AuthenticationFailed(_("Invalid token."))
        return super().authenticate_credentials(token)

    def _cleanup_token(self, auth_token: Any) -> bool:
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()


def peer_address(request: HttpRequest) -> str:
    """The address of the peer, never what a header claims."""
    return str(request.META.get("REMOTE_ADDR", ""))
