import time, sys
import pytest
from django.apps import apps
from django.db import connection
from types import SimpleNamespace
from importlib import import_module
from catalog.models import Author, Book
from circulation.models import LibraryUser
from library_site.cqrs.ids import uuid7
pytestmark=[pytest.mark.django_db(transaction=True)]
@pytest.mark.parametrize("every",[100,3])
def test_measure(every):
    n=100_000
    dirty=lambda i: "\u200b" if i%every==0 else ""
    authors=[Author(name=f"Aut\u00f6r{dirty(i)} {i}",name_key=f"aut\u00f6r{dirty(i)} {i}",search_key=f"author {i}") for i in range(n//4)]
    Author.objects.bulk_create(authors,batch_size=1000)
    Book.objects.bulk_create([Book(title=f"B\u00fccher der Zeit{dirty(i+1)} {i}",barcode=f"3{i:013}",author=authors[i%len(authors)],search_key=f"book {i}") for i in range(n)],batch_size=1000)
    LibraryUser.objects.bulk_create([LibraryUser(name=f"P\u00e9r{dirty(i)} {i}",email=f"a{i}@example.org",email_key=f"a{i}@example.org",barcode=f"2{i:013}",search_key=f"p {i}") for i in range(n)],batch_size=1000)
    for app in ("catalog","circulation"):
        m=import_module(f"{app}.migrations.0012_names_as_seen")
        for op in m.Migration.operations:
            for again in range(2):
                t=time.perf_counter(); op.code(apps,SimpleNamespace(connection=connection)); print(connection.vendor,every,app,again,round(time.perf_counter()-t,2),file=sys.stderr)
    assert not Author.objects.filter(name__contains="\u200b").exists()
