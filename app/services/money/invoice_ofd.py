"""Invoices as OFD (GB/T 33190): a zip with the fields as an attached XML, as custom data, or as tagged texts."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

from app.services.act import Refused
from app.services.money.invoice_xml import NAMES, fields_in, local, tree_of

MOST_PARTS = 500
MOST_PART = 4 * 1024 * 1024
MOST_INFLATED = 16 * 1024 * 1024
CHUNK = 64 * 1024
DAMAGED = "这份 OFD 打不开，可能没有下载完整。请重新下载发票后再上传"
BOMB = "这份 OFD 解压后大得不像一张发票，可能是恶意文件，所以没有收"


class Parts:
    """The parts of the archive; what they declare is not believed but counted."""

    def __init__(self, data: bytes) -> None:
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
            infos = self.archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise Refused(DAMAGED) from error
        if len(infos) > MOST_PARTS:
            raise Refused(BOMB)
        self.names: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = info.filename.lower().lstrip("/")
            if name in self.names or ".." in name.split("/") or "\\" in name or info.flag_bits & 0x1:
                raise Refused("这份 OFD 里的部件重名、有密码或名称不正常，所以没有收。请重新下载发票后再上传")
            self.names[name] = info
        if "ofd.xml" not in self.names:
            raise Refused("这是压缩包或别的文件，不是 OFD 发票。请上传税务平台下载的 XML、OFD 或 PDF 原件")
        self.left = MOST_INFLATED

    def read(self, name: str) -> bytes:
        content = bytearray()
        try:
            with self.archive.open(self.names[name]) as stream:
                while chunk := stream.read(CHUNK):
                    content += chunk
                    self.left -= len(chunk)
                    if len(content) > MOST_PART or self.left < 0:
                        raise Refused(BOMB)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, zlib.error) as error:
            raise Refused(DAMAGED) from error
        return bytes(content)

    def documents(self, within: str) -> Iterator[ElementTree.Element]:
        """The XML parts whose name holds this word, in the order of their names."""
        for name in sorted(self.names):
            if within in name and name.endswith(".xml"):
                yield tree_of(self.read(name))


def found_in(data: bytes) -> dict[str, list[str]]:
    """What an OFD invoice says: what is attached counts before what is tagged, that before the custom data."""
    parts = Parts(data)
    attached = merged(fields_in(root) for root in parts.documents("attach"))
    tagged = merged(tags(root, parts) for root in parts.documents("customtag"))
    custom = custom_data(tree_of(parts.read("ofd.xml")))
    found = {name: attached.get(name) or tagged.get(name) or custom.get(name) or [] for name in {*attached, *tagged, *custom}}
    if not found.get("number"):
        raise Refused("这份 OFD 里没有发票的数据，不能自动读出。请改传同一张发票的 XML 或 PDF，或手工填写各栏")
    return found


def merged(several: Iterator[dict[str, list[str]]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in several:
        for name, values in one.items():
            found.setdefault(name, []).extend(values)
    return found


def custom_data(root: ElementTree.Element) -> dict[str, list[str]]:
    """`<CustomData Name="发票号码">…` of the main part."""
    found: dict[str, list[str]] = {}
    for element in root.iter():
        name = element.get("Name", "")
        if local(element) == "CustomData" and name in NAMES and element.text:
            found.setdefault(NAMES[name], []).append(element.text.strip())
    return found


def tags(root: ElementTree.Element, parts: Parts) -> dict[str, list[str]]:
    """Tags name the text objects of the page that hold a field."""
    texts = page_texts(parts)
    found: dict[str, list[str]] = {}
    for element in root.iter():
        if local(element) in NAMES:
            said = "".join(texts.get((one.text or "").strip(), "") for one in element.iter() if local(one) == "ObjectRef")
            if said:
                found.setdefault(NAMES[local(element)], []).append(said)
    return found


def page_texts(parts: Parts) -> dict[str, str]:
    """Texts of the pages by the id of their object."""
    found: dict[str, str] = {}
    for root in parts.documents("content"):
        for element in root.iter():
            if local(element) == "TextObject" and (key := element.get("ID")):
                found[key] = "".join(one.text or "" for one in element.iter() if local(one) == "TextCode").strip()
    return found
