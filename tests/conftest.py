"""Fixtures for every test: a librarian, and clients of each door."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from rest_framework.test import APIClient

from library_site.cqrs.permissions import LIBRARIANS


@pytest.fixture
def librarian(db: None) -> User:
    """Somebody on the staff, with every permission that librarians have."""
    user = User.objects.create_user("librarian", password="correct horse", is_staff=True)
    user.groups.add(Group.objects.get(name=LIBRARIANS))
    return user


@pytest.fixture
def api(librarian: User) -> APIClient:
    """A REST client, authenticated as the librarian."""
    client = APIClient()
    client.force_authenticate(librarian)
    return client


@pytest.fixture
def desk(librarian: User) -> Client:
    """A browser without JavaScript, signed in as the librarian."""
    client = Client()
    client.force_login(librarian)
    return client
