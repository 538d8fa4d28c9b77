"""How large: everything follows from the number of teachers, the province's figures being those of the notice's year."""

from dataclasses import dataclass

PROVINCE = 850_000
SCHOOLS = 12_000
LEARNERS = 28_000  # finished in the first three batches together: a third of the 10% that nine batches must reach
CLASSES = 60
LEAST = 1_000
NAMED = {"city": 90_000, "province": PROVINCE}


@dataclass(frozen=True)
class Scale:
    teachers: int
    schools: int
    learners: int  # a batch
    choosers: int  # of the batch in its choice
    classes: int  # a batch


def scale(teachers: int) -> Scale:
    """Below the province a class keeps its size of some thirty to a hundred and fifty learners, so classes are fewer."""
    if not LEAST <= teachers <= 899_999:  # the offices' staff are numbered from there
        raise ValueError(f"from {LEAST} to 899999 teachers")
    learners = max(60, round(teachers * LEARNERS / 3 / PROVINCE))
    return Scale(
        teachers=teachers,
        schools=round(teachers * SCHOOLS / PROVINCE),
        learners=learners,
        choosers=learners * 3 // 2,
        classes=min(CLASSES, max(4, learners // 30)),
    )
