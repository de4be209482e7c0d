"""Office files that come out the same for the same content: no clock in them, no changing order."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import IO

EARLIEST = (1980, 1, 1, 0, 0, 0)
CHANGED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def repack(raw: bytes, file: IO[bytes], day: date) -> None:
    """Writes the office file again with fixed times: inside the archive and in its properties."""
    stamp = f"{day.isoformat()}T00:00:00Z".encode()
    with zipfile.ZipFile(io.BytesIO(raw)) as given, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in given.namelist():
            data = given.read(name)
            if name == "docProps/core.xml":
                data = CHANGED.sub(rb"\g<1>" + stamp + rb"\g<2>", data)
            part = zipfile.ZipInfo(name, EARLIEST)
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            packed.writestr(part, data)
