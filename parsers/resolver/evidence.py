"""Evidence of a report's issuer in its text: phrases that name it, telephone area codes and government hosts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice, pairwise

from parsers.head.issuer import PUBLISHES
from parsers.resolver.units import Unit, Units

Phrase = tuple[str, str]

_HEAD, _FOOT = 3_000, 1_500
_WRITES = "编制|编写|编辑|综合|汇总|汇编|根据|按照|依据|撰写|制作|组织"
_NAMES_ITS_OFFICE = "请与|请联系|请向|联系单位|编制单位|填报单位|填报机关"
_PUBLISHES = f"{PUBLISHES}|发布部门|公开部门|责任部门|责任单位"
# What stands behind it where a page runs its words together.
_NEXT_WORD = "点击|浏览|作者|字号|字体|编辑|打印|阅读|访问|索引|主题|(?:发布|成文|生成|公开)?(?:时间|日期)"
_AFTER_WORD = rf"[】\]]?[:：]?\s{{0,4}}([^\s,，。;；:：()（）|]{{2,40}}?)(?=[\s,，。;；:：()（）|]|{_NEXT_WORD}|$)"
_YEAR = re.compile(r"20\d\d(?=年|\))")
_SIGNS = r",，。;；:：()（）\n"
_CLAUSES = (
    ("compiled", re.compile(rf"由([^,，。;；:：()（）]{{2,50}}?)(?:{_WRITES})")),
    ("publisher", re.compile(rf"(?:{_PUBLISHES}){_AFTER_WORD}")),
    ("announced", re.compile(r"公布((?:20\d\d年度?)?[^,，。;；]{2,40}?)(?:政府)?信息公开")),
    ("contact", re.compile(rf"(?:{_NAMES_ITS_OFFICE})[:：]?[ \t]*([^{_SIGNS}]{{2,40}}?)(?=联系|[{_SIGNS}]|$)")),
)
_SOURCE = re.compile(rf"(?:来源|供稿){_AFTER_WORD}")
_HOST_BODY = re.compile(rf"(?:主办|版权所有)(?:单位|方)?{_AFTER_WORD}")
# What a browser's title puts beside the report's own: the site, or the body whose page it is.
_ALL_BODIES = re.compile(r"各[^,。;]{0,12}(?:乡|镇|街道|部门|单位|县|区|市)|乡镇|镇街|行政区域|行政机关")
_SINGLE_BODY = re.compile(
    r"[我本](?:局|委|办|厅|院|中心|镇|乡|街道|队|校|公司)|[局委厅]机关|系统"
    r"|(?:^|[>|:：\s])[\u4e00-\u9fff]{2,16}(?:局|厅|委员会|街道|街道办事处|镇|乡)(?=$|[>|\s])", re.MULTILINE)
_OF_LEVEL = re.compile(r"[我全本](省|市|县|区|州|盟|旗)")
_IS_SITE = re.compile(r"政府$|网站?$|门户")
_BESIDE_TITLE = re.compile(r"[-_|—–]+")
_SITE = re.compile(r"政府(?:门户|信息公开|公众信息|政务)?网")
_BEFORE_SITE = re.compile(
    r".*(?:在|通过|登[录陆]|访问|从|于|到)[“\" ]?([^,，。;；:：()（）\"“”\n]{2,30}?)(?:人民)?$", re.DOTALL
)
_DATE_LINE = re.compile(r"(?:20\d\d|二[〇○零]..) ?年 ?\S{1,3} ?月")
_PHONE = re.compile(r"0(?:\d{2,3})[)）]?[\s—–－-]{0,4}\d{7,8}(?!\d)")
_BEFORE_GOV = re.compile(r"(?:[a-z0-9-]{1,40}\.){1,5}$", re.IGNORECASE)


def window(text: str) -> str:
    """The part of a text that is searched: its head, where a report says who wrote it, and its foot."""
    return text if len(text) <= _HEAD + _FOOT else f"{text[:_HEAD]}\n{text[-_FOOT:]}"


def phrases(text: str, year: int | None = None) -> list[Phrase]:
    """(kind, phrase) of whatever names the issuer, strongest kind first: title lines, then clauses, then the foot.

    Names of reports of another year than ``year``, and of several bodies' in a list, are links of the page and no
    title. Last what names a place only (site): who runs the site is not who wrote the report.
    """
    head, foot = text[:_HEAD], text[-_FOOT:]
    titles = [_parted(line) for line in _titles(head, year)][:3]
    found = [("title", title) for title, _ in titles]
    for kind, pattern in _CLAUSES:
        found += [(kind, match.group(1)) for match in islice(pattern.finditer(head), 2)]
    found += [("footer", signature) for signature in _signatures(foot)]
    found += [("source", match.group(1)) for match in islice(_SOURCE.finditer(head), 2)]
    found += [("site" if _IS_SITE.search(words) else "beside", words) for _, beside in titles for words in beside]
    for match in islice(_SITE.finditer(head), 3):
        if before := _BEFORE_SITE.match(head[max(0, match.start() - 40) : match.start()]):
            found.append(("site", before.group(1)))
    hosts = [*islice(_HOST_BODY.finditer(head), 2), *islice(_HOST_BODY.finditer(foot), 2)]
    return found + [("site", match.group(1)) for match in hosts]


def of_an_area(scope: str, words: str | None, text: str) -> list[Phrase]:
    """That a report without an issuer is the government's of the area whose site it stands on, as a phrase that names
    no place: because the words for its scope name all bodies, or it speaks of one level and no single body does.
    """
    covers_all = scope == "consolidated" and bool(words) and bool(_ALL_BODIES.search(words or ""))
    level = _OF_LEVEL.search((words or "") if covers_all else text)
    if covers_all or (scope != "own" and level and not _SINGLE_BODY.search(text)):
        return [("issuer", f"{level[1] if level else ''}人民政府")]
    return []


def _titles(head: str, year: int | None) -> list[str]:
    """The lines that read like the report's title, beside which no other report's is listed."""
    lines = [line for line in map(str.strip, head.splitlines()) if line]
    years = {number: set(_YEAR.findall(line)) for number, line in enumerate(lines) if _is_title(line)}

    def is_listed(number: int) -> bool:
        near = (at for at in range(number - 2, number + 3) if at != number and years.get(at) and years[number])
        return any(lines[at] not in lines[number] and lines[number] not in lines[at] for at in near)

    def is_of_another_year(number: int) -> bool:
        return bool(year and years[number] and str(year) not in years[number])

    return [lines[number] for number in years if not is_of_another_year(number) and not is_listed(number)]


def _parted(line: str) -> tuple[str, list[str]]:
    """A title line as the report's name and what stands beside it after a dash or bar."""
    parts = [part for part in map(str.strip, _BESIDE_TITLE.split(line)) if part]
    title = next((part for part in parts if _is_title(part)), None)
    return (title, [part for part in parts if part != title]) if title else (line, [])


def _signatures(foot: str) -> list[str]:
    """The line before the last line that is a date, if short enough to be a signature."""
    lines = [line for line in map(str.strip, foot.splitlines()) if line]
    pairs = [line for line, after in pairwise(lines) if _DATE_LINE.match(after)]
    return [line for line in pairs[-1:] if 3 <= len(line) <= 40 and not set(line) & set("，。；：,;:")]


def _is_title(line: str) -> bool:
    """Whether a line of the head reads like the report's title: short, and no sentence."""
    text = line.strip()
    _, about, after = text.partition("信息公开")
    return len(text) <= 80 and bool(about) and "报" in after and not set(text) & set("。《")


def area_codes(text: str) -> tuple[str, ...]:
    """Landline numbers printed in the text, as digits that begin with the area code; at most five."""
    found = (m.group() for m in _PHONE.finditer(text) if not text[max(0, m.start() - 1) : m.start()].isdigit())
    return tuple(dict.fromkeys(islice(found, 5)))


def hosts(text: str) -> tuple[str, ...]:
    """Government host names printed in the text; at most five."""
    found = []
    for match in islice(re.finditer(r"gov\.cn", text, re.IGNORECASE), 5):
        if before := _BEFORE_GOV.search(text[max(0, match.start() - 80) : match.start()]):
            found.append((before.group() + match.group()).lower())
    return tuple(dict.fromkeys(found))


def by_area_code(units: Sequence[Unit], codes: Sequence[str], served: Mapping[str, frozenset[str]]) -> list[Unit]:
    """The units that one of the area codes serves; the longest known prefix of the digits is the area code."""
    places: set[str] = set()
    for code in codes:
        digits = re.sub(r"\D", "", code)
        digits = "0" + digits[2:].lstrip("0") if digits.startswith("86") else digits
        places |= next((served[digits[:n]] for n in (4, 3) if digits[:n] in served), frozenset())
    return [unit for unit in units if not places.isdisjoint(unit.line)]


def by_host(candidates: Sequence[Unit], hosts: Sequence[str], units: Units, year: int | None) -> list[Unit]:
    """The units that a host's labels spell, by the pinyin of their own and their parents' names or its initials."""
    labels = [label for host in hosts for label in host.lower().removesuffix(".gov.cn").split(".")]
    for label in labels:
        spelt = [unit for unit in candidates if label.replace("-", "") in _spellings(unit, units, year)]
        if spelt and len(spelt) < len(candidates):
            return spelt
    return []


def by_parent(candidates: Sequence[Unit], text: str, units: Units, year: int | None) -> list[Unit]:
    """The units whose parent the text names: the one directly above if any of them is named, else the province."""
    for level in ("parent", "province"):
        named = []
        for unit in candidates:
            code = getattr(unit, level)
            above = units.version(code, year) if code and code != unit.code else None
            if above and (above.name in text or above.stem + unit.name in text):
                named.append(unit)
        if named:
            return named
    return []


def _spellings(unit: Unit, units: Units, year: int | None) -> set[str]:
    """The labels that single out a unit among its namesakes: its parents' pinyin, or joined with its own."""
    own, own_initials = _stem_pinyin(unit)
    spelt: set[str] = {own}
    for code in {unit.prefecture, unit.province} - {unit.code, ""}:
        above = units.version(code, year)
        if above:
            pinyin, initials = _stem_pinyin(above)
            spelt |= {pinyin, pinyin + own, initials + own_initials, initials + own}
    return spelt | {unit.pinyin.replace(" ", "")}


def _stem_pinyin(unit: Unit) -> tuple[str, str]:
    """The pinyin of a unit's stem, joined, and its initials (南京 -> nanjing, nj)."""
    syllables = unit.pinyin.split()[: len(unit.stem)]
    return "".join(syllables), "".join(syllable[0] for syllable in syllables)
