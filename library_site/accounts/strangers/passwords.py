"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Django's, at what OWASP recommends: an eighth of the CPU of Django's own parameters, and 19 MiB instead of 100.

    A password that was kept with others is kept with these from the next sign-in on.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
