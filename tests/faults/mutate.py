"""Documents as a hostile hand would make them: damaged reports of every form, and reports made up of forbidden things.

``hostile(seed)`` gives one document and the suffix of its name; the same seed gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import cache
from random import Random

from parsers.catalogue import load
from tests.generator import generate

FORMS = ("text_tabs", "text_pipes", "text_prose", "html", "html", "docx", "xlsx", "pdf")
NUMBERS = (
    "9" * 12, "9" * 15, "9" * 16, "9" * 4000, "-" + "9" * 12, "999999999999万件", "999999999999999亿", "1e308",
    "0." + "0" * 40 + "1", "1,2,3", "−5", "½", "³", "٣", "１２３", "三亿五千万", "九千九百九十九亿" * 3, "NaN",
    "Infinity", "0x1F", "1" + ",000" * 9, "0.000001", "0.0000001",
)  # fmt: skip
TOKENS = (
    *NUMBERS, "\0", "\x1b[2J", "\ufeff", "\u202e", "\u2028", "\ud7ff", "\U0010ffff", "&#xD800;", "&#0;", "&#x110000;",
    "]]>", "<!--", "-->", "<![CDATA[", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "'); DROP TABLE raw.documents; --",
    "{{ x }}", "=HYPERLINK(\"http://a\")", "<script>alert(1)</script>", "<table>" * 300, "</table>", "<tr>",
    "<div>" * 3000,
    "<td colspan=99999999>", "<td rowspan=65535>", "<td colspan=-1 rowspan=0>", "<td colspan='１'>",
    "<td colspan=" + "9" * 5000 + ">", "|" * 2000, "\t" * 3000, "\n" * 3000, "—" * 2000, "（" * 2000, "(" * 2000,
    "年" * 500, "2017年" * 300, "一" * 2000, "本年收到", "依申请公开", "（一）", "合计", "自然人", "县人民政府",
    "政府信息公开工作年度报告", "9999年", "0000年", "2月30日",
)  # fmt: skip
XML_TOKENS = (
    '<w:gridSpan w:val="99999999"/>', '<w:gridSpan w:val="-1"/>', '<w:vMerge w:val="restart"/>', "<w:tbl>" * 200,
    "<w:tc/>",
    '<c r="XFD1048576"><v>1</v></c>', '<c r="A0"/>', '<c r="' + "Z" * 5000 + '1"/>', '<mergeCell ref="A1:XFD1048576"/>',
    '<c t="s"><v>99999999999</v></c>', '<c t="s"><v>-1</v></c>', '<row r="' + "9" * 30 + '"/>', "<v>1e9999</v>",
    '<c s="99999"><v>45000</v></c>', '<c t="d"><v>x</v></c>', "<w:br/>" * 3000,
)  # fmt: skip


def hostile(seed: int) -> tuple[bytes, str]:
    """One document and its suffix."""
    random = Random(seed)
    if random.random() < 0.3:
        return _made_up(random)
    form = random.choice(FORMS)
    data = _report(random.randrange(6), random.choice(("G2", "G3", "G4")), form)
    suffix = ".txt" if form.startswith("text") else f".{form}"
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        data = random.choice(_ways(suffix))(data, random)
    if random.random() < 0.05:
        suffix = random.choice((".txt", ".html", ".docx", ".xlsx", ".pdf", ".md"))
    return data, suffix


@cache
def _report(seed: int, template: str, form: str) -> bytes:
    return generate(seed, template, form).data


def _ways(suffix: str) -> list[Callable[[bytes, Random], bytes]]:
    if suffix in (".docx", ".xlsx"):
        return [_member, _member, _member, _member, _flip, _cut, _package]
    return [_flip, _cut, _splice, _repeat, _token, _token, _token]


def _flip(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 8, 64)) if changed else 0):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _cut(data: bytes, random: Random) -> bytes:
    start, end = sorted((random.randrange(len(data) + 1), random.randrange(len(data) + 1)))
    return data[:end] if random.random() < 0.5 else data[:start] + data[end:]


def _splice(data: bytes, random: Random) -> bytes:
    other = _report(random.randrange(6), random.choice(("G2", "G3", "G4")), random.choice(FORMS))
    at, start = random.randrange(len(data) + 1), random.randrange(len(other))
    return data[:at] + other[start : start + random.randrange(5000)] + data[at:]


def _repeat(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data) + 1)
    piece = data[start : start + random.choice((1, 20, 500, 5000))]
    return data[:start] + piece * random.choice((2, 10, 200)) + data[start:]


def _token(data: bytes, random: Random) -> bytes:
    """A token where a character begins, as far as can be told: in the place of a digit, or before what stands there."""
    token = random.choice(TOKENS).encode("utf-8", "surrogatepass")
    places = [at for at in (random.randrange(len(data) + 1) for _ in range(40)) if data[at : at + 1].isdigit()]
    if places and random.random() < 0.7:
        return data[: places[0]] + token + data[places[0] + 1 :]
    at = data.find(random.choice((b"\n", b"<td", b">", b"\t")), random.randrange(len(data) + 1))
    return data[:at] + token + data[at:]


def _member(data: bytes, random: Random) -> bytes:
    """One member of a zip file changed as text or as bytes, and the package closed again."""

    def change(name: str, content: bytes) -> bytes:
        if name != chosen:
            return content
        if random.random() < 0.5:
            at = content.find(b"<", random.randrange(len(content) + 1))
            return content[:at] + random.choice(XML_TOKENS).encode() + content[at:]
        return random.choice((_flip, _cut, _splice, _repeat, _token))(content, random)

    if (members := _members(data)) is None:
        return _flip(data, random)
    likely = ("document.xml", "sheet1.xml", "sharedStrings.xml", "styles.xml")
    names = [name for name in members if name.endswith(likely)]
    chosen = random.choice(names if names and random.random() < 0.8 else [*members, "none"])
    return _zip({name: change(name, content) for name, content in members.items()})


def _members(data: bytes) -> dict[str, bytes] | None:
    """The members of a package by name; None where an earlier damage keeps it from being opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return {name: package.read(name) for name in package.namelist()}
    except Exception:  # zipfile raises nearly anything on a damaged package
        return None


def _package(data: bytes, random: Random) -> bytes:
    """Members removed, renamed, doubled, with paths that lead out of the package."""
    if (members := _members(data)) is None:
        return _cut(data, random)
    name = random.choice(list(members) or ["x"])
    others = ("../../../../tmp/escaped", "/etc/escaped", "a" * 60000, "\\..\\x", name + "\0", "word/é.xml")
    members[random.choice(others)] = b"x"
    if random.random() < 0.4:
        members.pop(name, None)
    return _zip(members)


def _zip(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return stream.getvalue()


def heaps(count: int = 20_000) -> dict[str, tuple[bytes, str]]:
    """Small documents, and their suffixes, that pile up one thing in one cell or line: by what they pile up.

    Whatever asks each for all the others needs minutes for them.
    """
    page = "<html><body><p>平阳县2017年政府信息公开年度报告</p><table><tr><td>收到申请数<td>{}</table>"
    web = {"pictures": "<img src=a>", "pictures and words": "<img src=a>x ", "struck out": "<del>1</del>2",
           "struck out in struck out": "<del>", "fields": "<input value=1>", "notes": "1<sup>2</sup>",
           "tables in tables": "<table><tr><td>"}
    run = "<w:r>{}<w:t>{}</w:t></w:r>"
    struck, raised = "<w:rPr><w:strike/></w:rPr>", '<w:vertAlign w:val="superscript"/>'
    picture = '<w:r><w:drawing><a:blip xmlns:a="a"/></w:drawing></w:r>'
    word = {"struck": run.format(struck, 1) * count, "pictures": run.format("", "") * count + picture * count,
            "nothing struck": run.format("", "") * count + run.format(struck, "") * count,
            "raised in one run": f"<w:r><w:rPr>{raised * count}</w:rPr>{'<w:t>1</w:t>' * count}</w:r>"}
    rows = "平阳县2017年政府信息公开年度报告\n" + "收到申请1;" * 30
    lines = {"blanks": "1" + " " * count + "!", "rows": "收到申请1;" * count, "digits": "1" * count + "!",
             "labels": "收到申请数 " * count}
    return {f"{name}, html": (page.format(thing * count).encode(), ".html") for name, thing in web.items()} \
        | {f"{name}, docx": (_word(content), ".docx") for name, content in word.items()} \
        | {f"{name}, text": ((rows + line).encode(), ".txt") for name, line in lines.items()}


def _word(content: str) -> bytes:
    cells = "".join(f"<w:tc><w:p>{runs}</w:p></w:tc>" for runs in ("<w:r><w:t>a</w:t></w:r>", content))
    document = f"<w:body><w:tbl><w:tr>{cells}</w:tr></w:tbl></w:body>"
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return _zip({"[Content_Types].xml": b"<Types/>",
                 "word/document.xml": f'<w:document xmlns:w="{space}">{document}</w:document>'.encode()})


@cache
def _labels() -> tuple[str, ...]:
    rows = load().tables()["indicators"]
    return tuple(row["label_zh"] for row in rows if row["label_zh"])


def _made_up(random: Random) -> tuple[bytes, str]:
    """Labels of the forms, numbers and rubbish in no order, as lines, pipes, tabs or a table of a web page."""
    cells = [random.choice(random.choice((_labels(), NUMBERS, TOKENS))) for _ in range(random.choice((5, 60, 400)))]
    issuer = random.choice(("", "平阳县2017年", "浙江省人民政府2023年"))
    head = issuer and f"{issuer}政府信息公开工作年度报告\n"
    kind = random.choice(("\t", "|", "\n", ",", "html"))
    if kind == "html":
        lines = (cells[at : at + 4] for at in range(0, len(cells), 4))
        rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines)
        return f"<html><body>{head}<table>{rows}</table></body></html>".encode("utf-8", "surrogatepass"), ".html"
    lines = (kind.join(cells[at : at + 3]) for at in range(0, len(cells), 3))
    return (head + "\n".join(lines)).encode(random.choice(("utf-8", "utf-8", "utf-16", "gb18030")), "replace"), ".txt"
