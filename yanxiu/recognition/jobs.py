"""Thin: ids in, one call out."""

from procrastinate.contrib.django import app

from yanxiu.recognition import actions


@app.task(name="recognition.carry_out", queue="certificates", retry=3)
def carry_out(run_id: int) -> None:
    actions.carry_out(run_id)
