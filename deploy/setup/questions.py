"""What the script asks, and which answers it takes."""

import re
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import boto3

from deploy.setup.answers import Question

TOPOLOGIES = ("monolith", "dispatchers", "subdomain", "extracted", "separated")


def _region(answer: str) -> str | None:
    if answer in boto3.session.Session().get_available_regions("lambda"):
        return None
    return f"{answer!r} is no region of AWS; eu-central-1 is one."


def _topology(answer: str) -> str | None:
    return None if answer in TOPOLOGIES else f"One of {', '.join(TOPOLOGIES)} (docs/topologies.md)."


def database_url(answer: str) -> str | None:
    """What is wrong with a database's URL, if anything is."""
    url = urlsplit(answer)
    lacking = [
        what
        for what, there in {
            "postgres:// at its beginning": url.scheme in {"postgres", "postgresql"},
            "a user": url.username,
            "a password": url.password,
            "a host": url.hostname,
            "a database": url.path.strip("/"),
        }.items()
        if not there
    ]
    if lacking:
        return f"It lacks {', '.join(lacking)}: postgres://OWNER:PASSWORD@HOST:5432/DATABASE?sslmode=require"
    return None


def _own_database(answer: str) -> str | None:
    return database_url(answer) if answer else None


def _instance(answer: str) -> str | None:
    return None if re.fullmatch(r"db\.\w+\.\w+", answer) else f"{answer!r} is no instance class; db.t4g.micro is one."


def _time_zone(answer: str) -> str | None:
    return None if answer in available_timezones() else f"{answer!r} is no time zone; Europe/Berlin is one."


def _language(answer: str) -> str | None:
    return None if answer in {"en", "de"} else "en or de."


def _domain(answer: str) -> str | None:
    if not answer or re.fullmatch(r"([a-z0-9-]+\.)+[a-z]{2,}", answer):
        return None
    return "A host name as library.example.org, or nothing."


def _certificate(answer: str) -> str | None:
    if re.fullmatch(r"arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate/\S+", answer):
        return None
    return "The ARN of a certificate that is ISSUED in this region: arn:aws:acm:…:certificate/…"


def _address(answer: str) -> str | None:
    return None if re.fullmatch(r"[^@\s]+@[^@\s]+\.\w+", answer) else "An e-mail address."


def _no_or_an_address(answer: str) -> str | None:
    return _address(answer) if answer else None


def _name(answer: str) -> str | None:
    return None if re.fullmatch(r"[\w.@+-]{1,150}", answer) else "Letters, digits and @ . + - _ only."


QUESTIONS = (
    Question("region", "Region", _region, "eu-central-1"),
    Question("topology", "Topology", _topology, "dispatchers"),
    Question("database_url", "The URL of an empty PostgreSQL database (none: one is made at RDS)", _own_database),
    Question("instance", "The database's instance class", _instance, "db.t4g.micro", unless="database_url"),
    Question("time_zone", "The library's time zone", _time_zone, "Europe/Berlin"),
    Question("language", "The language of what is stored, and of who asks for no other", _language, "en"),
    Question("domain", "A domain of the library's own (none: AWS's)", _domain),
    Question("certificate", "The certificate of the domain", _certificate, only_with="domain"),
    Question("alarms", "An e-mail address for alarms (none: they are not sent)", _no_or_an_address),
    Question("username", "The user name of whoever administers the library", _name),
    Question("email", "Their e-mail address", _address),
)
