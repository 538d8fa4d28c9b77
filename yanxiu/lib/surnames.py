"""Readings that characters have as surnames only. Public knowledge (百家姓 and dictionaries); tones as digits.

SINGLE holds only characters whose first reading in the dictionary is another one; COMPOUND holds surnames of two characters.
"""

SINGLE = {
    "单": "shan4", "單": "shan4", "曾": "zeng1", "仇": "qiu2", "区": "ou1", "區": "ou1", "解": "xie4", "查": "zha1",
    "盖": "ge3", "蓋": "ge3", "朴": "piao2", "任": "ren2", "华": "hua4", "華": "hua4", "翟": "zhai2", "乐": "yue4",
    "樂": "yue4", "洗": "xian3", "员": "yun4", "員": "yun4", "缪": "miao4", "繆": "miao4", "召": "shao4", "秘": "bi4",
    "祭": "zhai4", "燕": "yan1", "黑": "he4", "折": "she2", "佴": "nai4", "种": "chong2", "隗": "wei3", "郇": "xun2",
    "过": "guo1", "過": "guo1", "甯": "ning4", "那": "na1", "纪": "ji3", "紀": "ji3", "葛": "ge3",
    "句": "gou1", "覃": "qin2", "占": "zhan1", "哈": "ha3", "都": "du1", "卜": "bu3", "相": "xiang4", "於": "yu1",
    "薄": "bo2", "牟": "mou4", "长": "chang2", "長": "chang2", "重": "chong2", "阚": "kan4", "干": "gan1", "曽": "zeng1",
    "鈄": "tou3", "褶": "xi2", "撒": "sa3", "賁": "ben1", "粘": "nian2",
}  # fmt: skip

COMPOUND = {
    "欧阳": "ou1 yang2", "歐陽": "ou1 yang2", "司马": "si1 ma3", "司馬": "si1 ma3", "上官": "shang4 guan1", "诸葛": "zhu1 ge3", "諸葛": "zhu1 ge3",
    "夏侯": "xia4 hou2", "尉迟": "yu4 chi2", "尉遲": "yu4 chi2", "万俟": "mo4 qi2", "萬俟": "mo4 qi2", "长孙": "zhang3 sun1", "長孫": "zhang3 sun1",
    "令狐": "ling2 hu2", "单于": "chan2 yu2", "單于": "chan2 yu2", "澹台": "tan2 tai2", "澹臺": "tan2 tai2", "皇甫": "huang2 fu3", "慕容": "mu4 rong2",
    "宇文": "yu3 wen2", "司徒": "si1 tu2", "司空": "si1 kong1", "公孙": "gong1 sun1", "公孫": "gong1 sun1", "端木": "duan1 mu4", "东方": "dong1 fang1",
    "東方": "dong1 fang1", "西门": "xi1 men2", "西門": "xi1 men2", "南宫": "nan2 gong1", "南宮": "nan2 gong1", "独孤": "du2 gu1", "獨孤": "du2 gu1",
    "赫连": "he4 lian2", "赫連": "he4 lian2", "呼延": "hu1 yan2", "钟离": "zhong1 li2", "鍾離": "zhong1 li2", "濮阳": "pu2 yang2", "濮陽": "pu2 yang2",
    "淳于": "chun2 yu2", "太史": "tai4 shi3", "申屠": "shen1 tu2", "轩辕": "xuan1 yuan2", "軒轅": "xuan1 yuan2", "闻人": "wen2 ren2", "聞人": "wen2 ren2",
    "公冶": "gong1 ye3", "宗政": "zong1 zheng4", "拓跋": "tuo4 ba2", "鲜于": "xian1 yu2", "鮮于": "xian1 yu2", "闾丘": "lv2 qiu1", "閭丘": "lv2 qiu1",
    "百里": "bai3 li3", "东郭": "dong1 guo1", "東郭": "dong1 guo1", "南门": "nan2 men2", "羊舌": "yang2 she2", "微生": "wei1 sheng1", "梁丘": "liang2 qiu1",
    "左丘": "zuo3 qiu1", "第五": "di4 wu3", "纳兰": "na4 lan2", "納蘭": "na4 lan2", "完颜": "wan2 yan2", "完顏": "wan2 yan2", "那拉": "na1 la1",
    "公羊": "gong1 yang2", "仲孙": "zhong4 sun1", "亓官": "qi2 guan1", "司寇": "si1 kou4", "谷梁": "gu3 liang2", "穀梁": "gu3 liang2",
}  # fmt: skip
