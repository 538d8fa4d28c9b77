"""Thin: ids in, one call out."""

from procrastinate.contrib.django import app

from yanxiu.organisation.actions import roster


@app.task(name="organisation.read_roster", queue="imports", retry=2)
def read_roster(import_id: int) -> None:
    roster.read(import_id)


@app.task(name="organisation.apply_roster", queue="imports", retry=2)
def apply_roster(import_id: int) -> None:
    roster.carry_out(import_id)
