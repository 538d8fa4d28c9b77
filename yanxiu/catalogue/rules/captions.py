"""WebVTT: enough of a check that a browser will show it."""

import re

_TIME = re.compile(r"^(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})$")


def problems(text: str) -> list[tuple[int, str]]:
    """(line, what is wrong)."""
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or not lines[0].startswith("WEBVTT"):
        return [(1, "第一行应是 WEBVTT")]
    found, cues = [], 0
    for number, line in enumerate(lines, 1):
        if "-->" not in line:
            continue
        start, _, rest = (part.strip() for part in line.partition("-->"))
        end = rest.split(" ")[0]
        times = [_TIME.match(start), _TIME.match(end)]
        cues += 1
        if not all(times):
            found.append((number, "时间应写成 00:00:00.000 --> 00:00:00.000"))
        elif _milliseconds(times[0]) >= _milliseconds(times[1]):
            found.append((number, "结束时间应晚于开始时间"))
    return found or ([] if cues else [(1, "没有一条字幕")])


def _milliseconds(match: re.Match[str] | None) -> int:
    assert match is not None
    hours, minutes, seconds, thousandths = match.groups()
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(thousandths)
