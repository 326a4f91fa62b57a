"""Generated reports of the size of real ones: the form, and prose, menus and markup around it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.generator.compose import Composer
from tests.generator.document import Document, KeyRow
from tests.generator.figures import draw
from tests.generator.forms import docx, html, pdf, text
from tests.generator.places import issuer
from tests.generator.spec import TEMPLATES, form_spec

_MARKUP = frozenset({"spans"})
_SENTENCES = (
    "全年召开政务公开工作会议{}次，举办业务培训班{}期，培训{}人次，各单位均明确了分管领导和具体承办人员。",
    "围绕重点领域，及时更新财政预决算、公共资源配置、重大建设项目批准和实施等栏目{}个，调整目录{}处。",
    "加强门户网站与新媒体的联动，发布图文解读材料{}篇、访谈视频{}期，收到网友留言{}条并全部答复。",
    "完善信息发布前的保密审查和定期清理机制，全年抽查栏目{}个，督促整改问题{}处，整改情况已向全市通报。",
    "与先进地区相比仍有差距：个别单位公开的内容不够及时，解读的形式较为单一，业务人员变动较为频繁。",
    "下一步将健全主动公开目录，推进基层政务公开标准化规范化，提升答复文书的质量，严格落实考核评价。",
)
_WORDS = ("按照", "要点", "部署", "各科室", "认真", "落实", "分工", "压实", "责任", "强化", "督导", "细化", "举措",
          "统筹", "推进", "结合", "实际", "扎实", "开展", "专题", "研究", "定期", "调度", "有序", "稳妥")
_MENU = 'style="margin: 0px; padding: 0px 12px; font-size: 14px; line-height: 32px; color: rgb(51, 51, 51);"'
_PARAGRAPHS = 60
_MENU_ITEMS = 240


@dataclass(frozen=True, slots=True)
class Sample:
    """One report and what is printed in its tables."""

    data: bytes
    key: tuple[KeyRow, ...]


def samples(form: str, count: int, first: int = 0) -> list[Sample]:
    """``count`` different reports of one form, from the ``first`` on; the same on every call."""
    return [sample(number, form) for number in range(first, first + count)]


def sample(number: int, form: str) -> Sample:
    """One report by its number; the four generations of the form in turn."""
    return _sample(number, TEMPLATES[number % len(TEMPLATES)], form)


def _sample(seed: int, template: str, form: str) -> Sample:
    spec, rng = form_spec(template), Random(f"benchmark {seed} {template} {form}")
    _, _, body, year = issuer(seed, spec.years)
    composer = Composer(spec, draw(spec, rng), frozenset(), rng, f"{template}_{seed}")
    printed = composer.document(body, year, spec).blocks
    prose = [_paragraph(rng, body) for _ in range(_PARAGRAPHS)]
    half = _PARAGRAPHS // 2
    document = Document((*printed[:4], *prose[:half], *printed[4:-2], *prose[half:], *printed[-2:]))
    return Sample(_render(document, form, rng), tuple(composer.key))


def _paragraph(rng: Random, body: str) -> str:
    """A sentence that no other report has: its subject and its words in the middle are of this one only."""
    sentence = rng.choice(_SENTENCES).format(*(rng.randint(2, 400) for _ in range(3)))
    own = "".join(rng.choices(_WORDS, k=3))
    return f"{body}{own}，{sentence}" if rng.random() < 0.5 else sentence.replace("，", f"，{own}", 1)


def _render(document: Document, form: str, rng: Random) -> bytes:
    if form == "html":
        page = html.render(document, _MARKUP, rng)
        menu = "".join(f'<li {_MENU}><a href="/col/{number}/index.html"><span {_MENU}>政务栏目</span></a></li>'
                       for number in range(_MENU_ITEMS))
        return page.replace("<ul>", f"<ul>{menu}", 1).encode()
    if form == "text":
        return text.render(document, "pipes", frozenset(), rng).encode()
    return {"docx": docx, "pdf": pdf}[form].render(document, _MARKUP if form == "docx" else frozenset(), rng)
