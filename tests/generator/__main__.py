"""``python -m tests.generator OUTDIR --count N --seed S``: a landing zone of generated reports and its key.csv."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import astuple, fields
from pathlib import Path
from random import Random

from tests.generator import FORMS, MESS, TEMPLATES, Generated, KeyRow, applicable, generate
from tests.generator.mess import clash


def landing_zone(count: int, seed: int, templates: Sequence[str] = TEMPLATES, forms: Sequence[str] = FORMS,
                 mess: frozenset[str] | None = None) -> Iterator[Generated]:
    """``count`` reports over the given templates and forms in turn; ``mess`` None draws up to three switches each."""
    pairs = [(template, form) for template in templates for form in forms if (template, form) != ("G1", "text_prose")]
    for number in range(seed, seed + count):
        template, form = pairs[number % len(pairs)]
        rng = Random(number)
        offered = [switch for switch in sorted(MESS if mess is None else mess) if applicable(switch, template, form)]
        chosen = frozenset(rng.sample(offered, min(len(offered), rng.randint(0, 3))) if mess is None else offered)
        while clash(chosen):
            chosen -= {max(chosen & {"utf8_bom", "gb18030", "utf16"})}
        yield generate(number, template, form, chosen)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.generator", description=__doc__)
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--template", action="append", choices=TEMPLATES)
    parser.add_argument("--form", action="append", choices=FORMS)
    parser.add_argument("--mess", action="append", choices=[*MESS, "none"], help="default: up to three, at random")
    options = parser.parse_args(arguments)
    mess = None if options.mess is None else frozenset(options.mess) - {"none"}
    options.outdir.mkdir(parents=True, exist_ok=True)
    figures = 0
    with open(options.outdir / "key.csv", "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(field.name for field in fields(KeyRow))
        for report in landing_zone(options.count, options.seed, options.template or TEMPLATES,
                                   options.form or FORMS, mess):
            (options.outdir / report.name).write_bytes(report.data)
            writer.writerows(astuple(row) for row in report.key)
            figures += len(report.key)
    print(f"{options.count} reports, {figures} figures, key.csv")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
