"""Bytes become characters by a fixed order of encodings; what could not be read is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.forms.decode import decode
from parsers.observation import UnreadableReport

TEXT = "平阳县人民政府2017年政府信息公开工作年度报告\n收到申请数 44\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_of_chinese_pages_is_read(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)).text.lstrip("\ufeff") == TEXT


def test_a_declared_encoding_that_does_not_fit_is_not_believed() -> None:
    page = '<meta charset="gb2312">' + TEXT
    assert decode(page.encode("utf-8")).text == page


def test_a_copy_in_two_encodings_is_read_line_by_line_and_the_lines_are_named() -> None:
    data = "收到申请数 44\n当面申请数 4\n网络申请数 2\n".encode() + "信函申请数 38\n".encode("gb18030")
    decoded = decode(data)
    assert decoded.text.splitlines()[3] == "信函申请数 38"
    assert (decoded.encoding, decoded.other_lines, decoded.damaged_lines) == ("utf-8", (3,), ())


def test_a_line_that_no_encoding_reads_is_named_and_not_guessed() -> None:
    decoded = decode("收到申请数 44\n".encode() + b"\xff\xff\x81\n" + "当面申请数 4\n".encode())
    assert decoded.damaged_lines == (1,)


@pytest.mark.parametrize("data", [b"", b"   \n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00" * 100])
def test_an_empty_file_is_called_empty(data: bytes) -> None:
    with pytest.raises(UnreadableReport, match="empty"):
        decode(data)


def test_a_binary_file_is_called_binary() -> None:
    with pytest.raises(UnreadableReport, match="binary"):
        decode(b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 50)


@given(st.binary(max_size=2000))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        assert isinstance(decode(data).text, str)
    except UnreadableReport as reason:
        assert str(reason)
