"""Batch 4 before its start: quota for two at school A, one class of three seats; nobody is enrolled yet."""

from types import SimpleNamespace

import pytest

from tests import factories as make
from yanxiu.access.models import Role


@pytest.fixture
def w(db: None) -> SimpleNamespace:
    make.installation("2023-08-28 10:00")
    w = make.tree()
    w.programme = make.programme()
    w.batch = make.batch(w.programme, 4)
    w.version = make.course()
    w.tutor = make.person(w.school_b, name="方志远", title="正高级教师")
    w.klass = make.training_class(w.batch, w.version, seats=3, tutor=w.tutor)
    w.other = make.training_class(w.batch, make.course("second", title="古诗文诵读"), seats=3)
    w.kinder = make.training_class(
        w.batch, make.course("kinder", title="看懂游戏", subject="学前教育", stages=("幼儿园",)), seats=5
    )
    w.batch.classes.update(opened_at=make.moment("2023-08-01 00:00"))
    make.quota(w.school_a, w.batch, 2)
    make.quota(w.school_c, w.batch, 2)
    w.teachers = [make.person(w.school_a, name=n) for n in ("沈玉芬", "李䶮", "赵国庆", "孙丽")]
    w.stranger = make.person(w.school_c, name="欧阳𬭛")
    w.school_admin = make.officer(Role.SCHOOL_ADMIN, w.school_a)
    w.school_admin_c = make.officer(Role.SCHOOL_ADMIN, w.school_c)
    w.county_admin = make.officer(Role.COUNTY_ADMIN, w.gulou_nj)
    w.county_admin_xz = make.officer(Role.COUNTY_ADMIN, w.gulou_xz)
    w.neighbour = make.officer(Role.COUNTY_ADMIN, w.xuanwu)
    w.city_admin = make.officer(Role.CITY_ADMIN, w.nanjing)
    w.kunshan_admin = make.officer(Role.COUNTY_ADMIN, w.kunshan)
    w.province_admin = make.officer(Role.PROVINCE_ADMIN, w.province)
    w.province_leader = make.officer(Role.PROVINCE_LEADER, w.province)
    return w
