"""An independent judge, written from the notice and silent.md: own SQL, own arithmetic, own numbers; of the product it uses only what it judges.

`judge(diary, batch)` returns violations, one line each; none means that every mark, quota, seat, line and indicator is as the notice says.
"""

from yanxiu.season.diary import Diary
from yanxiu.season.oracle import figures, marks, seats


def judge(diary: Diary, batch: int, *, required: int = marks.REQUIRED) -> list[str]:
    """`batch`: its id. `required`: seconds for full marks, typed from the policy that was played."""
    found = [f"quota: {v}" for v in seats.ledger(batch)]
    found += [f"line: {v}" for v in seats.line(diary, batch)]
    found += [f"mark: {v}" for v in marks.violations(diary, batch, required)]
    found += [f"figure: {v}" for v in figures.violations(batch)]
    return found
