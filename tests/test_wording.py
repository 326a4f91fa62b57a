"""The patterns by which prose names figures: what phrases.yml may not say."""

from __future__ import annotations

import pytest

from parsers.prose import load_phrases
from parsers.prose.phrases import PhraseBook


@pytest.mark.parametrize(("head", "reason"), [
    ("收到.{2}申请", "names no sign in [.]"), ("收到[^件]申请", r"names no sign in \[\^"),
    ("收到[一-龥]申请", "names no sign in"), ("收到(政府|信息)申请", "captures a group of its own"),
])
def test_a_head_that_could_not_be_found_again_is_refused(head: str, reason: str) -> None:
    data = load_phrases()
    entry = next(entry for entry in data["figures"] if "heads" in entry and "G4" in entry["code"])
    entry["heads"] = [*entry["heads"], head]
    wording = PhraseBook(data).wording("G4")
    with pytest.raises(ValueError, match=reason):
        wording.may_head("本年收到申请")
        wording.head("本年收到申请", "")
