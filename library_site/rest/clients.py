"""Who calls: API tokens, and from which address."""

from functools import cached_property
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Case, CharField, DateTimeField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from rest_framework.exceptions import APIException, AuthenticationFailed, Throttled

from library_site.statements import Given, compiled

from .throttles import wrong_tokens


class Client:
    """The account that a token is of, and whether it has the permission that this request asks for.

    Another permission is asked for by a statement of its own; what else is asked, the account's row answers.
    """

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, pk: int, permission: str, *, has_it: bool) -> None:
        self.pk, self.has_it = pk, {permission: has_it}

    @cached_property
    def account(self) -> User:
        return User.objects.get(pk=self.pk)

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        if permission not in self.has_it:
            found = compiled(_holder).rows({"account": self.pk, **_named(permission)})
            self.has_it[permission] = bool(found)
        return self.has_it[permission]

    def __str__(self) -> str:
        return str(self.account)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.account, name)


class TokenAuthentication(KnoxTokenAuthentication):
    """`Authorization: Token <token>`: the token, its account and the permission are read in one statement.

    It only reads, so that a read-only database role can do it.
    """

    permission = ""

    def authenticate(self, request: Any) -> Any:
        self.permission = getattr(request.parser_context.get("view"), "permission", "")
        try:
            return super().authenticate(request)
        except UnicodeError:  # a header that HTTP can't carry, from a gateway that can
            raise _refused(request, AuthenticationFailed(_("Invalid token."))) from None
        except AuthenticationFailed as error:
            raise _refused(request, error) from None

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isalnum():  # what no token of ours holds, and no database looks up: NUL, half a character
            raise AuthenticationFailed(_("Invalid token."))
        asked = {"digest": hash_token(token.decode()), "now": timezone.now(), **_named(self.permission)}
        found = compiled(_token).rows(asked)
        if not found:
            raise AuthenticationFailed(_("Invalid token."))
        ((pk, is_active, has_it),) = found
        if not is_active:
            raise AuthenticationFailed(_("User inactive or deleted."))
        return Client(pk, self.permission, has_it=has_it), token


def _refused(request: Any, error: APIException) -> APIException:
    """401, or 429 for a client that brings many wrong tokens. (A good one is never looked at less quickly for them.)"""
    wait = wrong_tokens.wait_of(network_of(request))
    return Throttled(wait) if wait else error


def _named(permission: str) -> dict[str, str]:
    app, _dot, codename = permission.partition(".")
    return {"app": app, "codename": codename}


def _has(account: str) -> Q:
    """Whether an account, in this column, has a permission: by itself, or by a group."""
    app, codename = Given("app", CharField()), Given("codename", CharField())
    asked = Subquery(Permission.objects.filter(content_type__app_label=app, codename=codename).values("pk")[:1])
    own = Exists(User.user_permissions.through.objects.filter(permission=asked, user=OuterRef(account)))
    groups = User.groups.through.objects.filter(user=OuterRef(OuterRef(account))).values("group")
    return Q(own) | Q(Exists(Group.permissions.through.objects.filter(permission=asked, group__in=groups)))


def _holder() -> "QuerySet[Any]":
    """The account, if it has a permission: a superuser has all."""
    accounts = User.objects.filter(pk=Given("account", User._meta.pk), is_active=True)
    return accounts.filter(Q(is_superuser=True) | _has("pk")).values_list("pk")


def _token() -> "QuerySet[Any]":
    """The account of a token, and whether it has a permission. One that has no end is none: its column may be empty."""
    lasts = Q(expiry__gte=Given("now", DateTimeField()))
    tokens: QuerySet[Any] = AuthToken.objects.filter(lasts, digest=Given("digest", CharField()))
    has_it = Case(When(Q(user__is_superuser=True) | _has("user"), then=Value(True)), default=Value(False))
    return tokens.values_list("user", "user__is_active", has_it)


def peer_address(request: HttpRequest) -> str:
    """The client's address: of the peer, or what proxies of ours say (library_site/wsgi.py); never what any claims."""
    return str(request.META.get("REMOTE_ADDR", ""))


def network_of(request: HttpRequest) -> str:
    """Who a client is, as far as an address tells: of IPv6, where anybody has 2**64 of them, the network."""
    try:
        address = ip_address(peer_address(request).partition("%")[0])
    except ValueError:
        return peer_address(request)
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)
