"""The project's own database: the embedded cluster with its roles, or the server that DATABASE_URL names.

Three roles: the superuser makes databases only; `yanxiu_owner` owns the tables and migrates; `yanxiu`, the application,
reads and writes rows but can only add to the record of events (see docs/decisions/0001).
"""

import os
import sys

from launch import children, files, keys
from launch.cluster import Cluster, connection
from launch.console import Stop, say, step
from launch.paths import DATA, LOGS, ROOT, venv_python

NAME, OWNER, APPLICATION = "yanxiu", "yanxiu_owner", "yanxiu"
# Only ever added to, by database privilege; a partition is reached through its parent.
APPEND_ONLY = ("events_event",)

_ROLES = """
do $$ declare r text; begin
  foreach r in array array['{owner}', '{app}'] loop
    if not exists (select from pg_roles where rolname = r) then execute format('create role %I login', r); end if;
  end loop;
end $$;
alter role {owner} createdb password '{owner_password}';
alter role {app} password '{app_password}';
grant pg_signal_backend to {owner};
"""
_DATABASE = """
select 'create database {name} owner {owner}' where not exists (select from pg_database where datname = '{name}') \\gexec
"""
_GRANTS = """
revoke create on schema public from public;
grant usage on schema public to {app};
grant select, insert, update, delete on all tables in schema public to {app};
grant usage, select, update on all sequences in schema public to {app};
alter default privileges for role {owner} in schema public grant select, insert, update, delete on tables to {app};
alter default privileges for role {owner} in schema public grant usage, select, update on sequences to {app};
do $$ declare t regclass; begin
  for t in select c.oid from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
            where c.relnamespace = 'public'::regnamespace and coalesce(p.relname, c.relname) in ({tables}) loop
    execute format('revoke update, delete, truncate on %s from {app}', t);
  end loop;
end $$;
"""


def grants(*, owner: str = OWNER, application: str = APPLICATION) -> str:
    """SQL that gives the application's role its rights and takes away what it must not have; safe to repeat."""
    tables = ", ".join(f"'{table}'" for table in APPEND_ONLY)
    return _GRANTS.format(app=application, owner=owner, tables=tables)


class Database:
    """`external` when DATABASE_URL rules; then nothing here starts, stops or drops anything."""

    def __init__(self) -> None:
        self.given = os.environ.get("DATABASE_URL", "")
        self.cluster: Cluster | None = None
        if not self.given:
            self.cluster = Cluster(DATA / "database", password=keys.password("super"), log=LOGS / "database.log")

    @property
    def external(self) -> bool:
        return bool(self.given)

    def url(self) -> str:
        if self.cluster is None:
            return self.given
        return self.cluster.url(NAME, role=APPLICATION, password=keys.password("app"))

    def owner_url(self) -> str:
        if self.cluster is None:
            return os.environ.get("YANXIU_OWNER_URL") or self.given
        return self.cluster.url(NAME, role=OWNER, password=keys.password("owner"))

    def start(self) -> bool:
        """True when we started it and so shall stop it; False when it ran already or is not ours."""
        if self.cluster is None:
            return False
        if self.cluster.pid() and self.cluster.answers():
            return False
        files.need_room(DATA, megabytes=300)
        with step("Starting the database", quiet_under=2):
            self.cluster.start()
        return True

    def prepare(self) -> None:
        """Roles and the database itself."""
        if self.cluster is None:
            return
        words = {"owner_password": keys.password("owner"), "app_password": keys.password("app")}
        self.cluster.psql((_ROLES + _DATABASE).format(name=NAME, owner=OWNER, app=APPLICATION, **words))

    def migrate(self) -> None:
        """Skipped when the migrations are the ones that this cluster saw last."""
        sources = sorted(ROOT.glob("yanxiu/*/migrations/*.py"))
        wanted = files.digest(sources, also=files.read(ROOT / "requirements.lock"))
        stamp = self.cluster.home / "migrated" if self.cluster else None
        if stamp and files.read(stamp) == wanted:
            return
        with step("Bringing the tables up to date"):
            self.manage("migrate", "--no-input", "--skip-checks", "--verbosity", "0", failure="The migrations failed")
            if self.cluster:
                self.cluster.psql(grants(), database=NAME)
        if stamp:
            files.write(stamp, wanted)

    def drop(self) -> None:
        if self.cluster is None:
            raise Stop("DATABASE_URL names a server that is not ours: drop the database there.")
        for stamp in ("migrated", "demo", "accounts"):
            (self.cluster.home / stamp).unlink(missing_ok=True)
        self.cluster.psql(f"drop database if exists {NAME} with (force)")
        self.cluster.psql(f"drop database if exists {NAME}_start with (force)")  # what the demo starts over from

    def variables(self, *, owner: bool = False) -> dict[str, str]:
        """The environment of a process that works on this database."""
        return {
            **os.environ,
            **keys.variables(),
            "DATABASE_URL": self.owner_url() if owner else self.url(),
            "YANXIU_OWNER_URL": self.owner_url(),
            "YANXIU_DATA_DIR": str(DATA),
            "YANXIU_STATIC": "hashed",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(ROOT),
        }

    def manage(self, *arguments: str, failure: str = "", owner: bool = True) -> int:
        """Runs a management command as the owner role, its output on our stderr; with `failure` a failure stops."""
        order = [str(venv_python()), "manage.py", *arguments]
        done = children.run(order, environment=self.variables(owner=owner), cwd=ROOT)
        if done and failure:
            raise Stop(f"{failure} (manage.py {arguments[0]} ended with {done}).")
        return done


def commands() -> set[str]:
    """The project's own management commands, found without starting Django."""
    return {file.stem for file in ROOT.glob("yanxiu/*/management/commands/*.py") if file.stem != "__init__"}


def shell(database: Database) -> int:
    psql = str(database.cluster.programs / "psql") if database.cluster else "psql"
    environment = {**os.environ, **connection(database.owner_url())}
    try:
        return children.run([psql], environment=environment, cwd=ROOT, out=sys.stdout.fileno(), terminal=True)
    except FileNotFoundError:
        say("psql is not on the PATH.")
        return 127
