"""Invented names. Deterministic from the Random handed in; nobody real, no real school."""

from random import Random

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤"
COMPOUND = ("欧阳", "上官", "司徒", "诸葛", "皇甫", "尉迟")
FIRST = "文志建晓海国春雪秀玉慧明永丽俊子思雅佳梦宇浩天若亦书景怀清望云竹星沐逸知令以承"
SECOND = "华平军英芳敏静丽强磊洋艳勇杰娟涛超霞刚辉玲芬桂萍颖琳琪欣怡涵轩博睿宁安然溪禾舟林远达航越"
# Characters that ruin systems which count bytes or know GBK only; a few people carry them.
RARE = "䶮㛃㙦𬭊𬬭𫖯𬱖𬀩𫍯𬘡𠅤𡋾𬍛𬒈𬱟𫘦𬶍𫟹𪣻龑垚燚玥喆堃翀昇犇彧嫄"
MINORITY = ("阿依古丽·买买提", "古丽娜尔·阿不都", "其其格·巴特尔", "扎西·多吉")
PLACE = "清溪望江云龙玉峰青枫石桥金桥杏林柳园松涛海棠紫竹新河东湖西园南塘北苑桃李晨光育才启明志远致和崇文明德博雅尚贤春晖朝阳星河书院荷塘兰台梅岭菊园槐荫桂香凤凰麒麟白鹭翠屏银杏"
KINDS = {"幼儿园": "幼儿园", "小学": "小学", "初中": "初级中学", "高中": "高级中学"}
SUBJECTS = {
    "幼儿园": ["幼儿园"],
    "小学": ["语文", "语文", "语文", "数学", "数学", "英语", "科学", "音乐", "美术", "体育", "道德与法治", "信息科技"],
    "初中": [
        "语文",
        "语文",
        "数学",
        "数学",
        "英语",
        "英语",
        "物理",
        "化学",
        "生物",
        "历史",
        "地理",
        "道德与法治",
        "体育",
    ],
    "高中": ["语文", "数学", "英语", "物理", "化学", "生物", "历史", "地理", "思想政治", "信息技术"],
}
TITLES = ("二级教师", "二级教师", "一级教师", "一级教师", "一级教师", "高级教师", "正高级教师")


def person_name(random: Random) -> str:
    """Two or three characters as a rule; one in forty with a rare one, one in eighty compound, one in two hundred with a ·."""
    luck = random.random()
    if luck < 0.005:
        return random.choice(MINORITY)
    surname = random.choice(COMPOUND) if luck < 0.0175 else random.choice(SURNAMES)
    second = random.choice(RARE) if 0.0175 <= luck < 0.0425 else random.choice(SECOND)
    return surname + (random.choice(FIRST) if random.random() < 0.82 else "") + second


def school_names(random: Random, county: str, stages: list[str]) -> list[str]:
    """A name a stage given, none twice in the county: when the words are used up, 第二, 第三."""
    pairs = [PLACE[i : i + 2] for i in range(0, len(PLACE) - 1, 2)]
    words = random.sample(pairs, k=min(len(pairs), len(stages)))
    rounds = ["", *(f"第{n}" for n in "二三四五六七八九")]
    return [f"{county}{words[i % len(words)]}{rounds[i // len(words)]}{KINDS[stage]}" for i, stage in enumerate(stages)]


SENTENCES = {
    "post": [
        "我在{where}上这一课时，先让学生说出自己的猜想，再回到材料里找依据，课堂安静了许多。",
        "第{n}次试教以后我改了任务：把“谈谈感受”换成“写给{reader}看”，学生立刻知道要写什么。",
        "有一处没有想通：{n}个学生卡在同一步，我先给了样例，后来撤得太快，他们又回到了老路。",
        "把评价条目发给学生自己对照，{n}分钟里大多数人找到了一处要改的地方，比我逐本批改有用。",
        "我们教研组{n}位老师一起听了这节课，都觉得等待的三秒最难，忍住不说，学生才会开口。",
    ],
    "reply": [
        "您说的第{n}点我也遇到过，我的做法是先让同桌互相说一遍。",
        "请教一下，{reader}看过以后是怎样给回音的？",
        "这个例子很具体，我准备下周在{where}试一试，再来说结果。",
        "我们学校情况不同，班里{n}人，分组时只好两人一组。",
    ],
    "short": ["好。", "学习了", "收获很大！", "顶顶顶顶顶顶顶顶顶顶顶顶顶顶顶顶顶顶顶顶", "赞同"],
    "work": [
        "我选的是本学期第{n}单元。目标收到两条：学生能说清一个意思，并且让{reader}听得懂；能从材料里找到三处依据。",
        "任务说明书：做什么，给{reader}看什么，必须用上哪一篇，多长时间。舍掉的内容放到了复习课。",
        "台阶分四级，每一级都有当堂看得见的证据。预计第{n}级卡住的人最多，我准备了两个问题，不给答案。",
        "课后我数了数：{n}人做到了，其余的人大多停在第二级。下一次我会把样例放到学生试过以后再给。",
        "这一次的改动来自听课记录：学生读题用了{n}分钟，说明题目太长，我把它拆成了两句话。",
    ],
}
WHERE = ("三年级", "五年级", "七年级", "高一", "中班", "大班", "复习课", "公开课")
READERS = ("家长", "低年级的同学", "来校参观的老师", "校报编辑", "社区的老人", "图书馆的读者", "实习老师")


def sentence(random: Random, kind: str) -> str:
    return random.choice(SENTENCES[kind]).format(
        where=random.choice(WHERE), reader=random.choice(READERS), n=random.randint(2, 40)
    )


def work_text(random: Random, *, paragraphs: int = 8) -> str:
    """A homework of its own: paragraphs of sentences, none equal to another learner's by the numbers and readers in it."""
    return "\n".join("".join(sentence(random, "work") for _ in range(3)) for _ in range(paragraphs))
