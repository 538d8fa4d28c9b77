"""An independent judge, written from the notice and silent.md. Imports nothing of the product but the diary: own SQL, own arithmetic, own numbers.

`judge(diary, batch)` returns violations, one line each; none means that every mark, quota, seat, line and indicator is as the notice says.
"""
