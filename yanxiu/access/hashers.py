from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """argon2id, 19 MiB, t = 2, p = 1 (OWASP's minimum): a page's worth of memory a sign-in, not 100 MiB."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
