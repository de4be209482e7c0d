"""The name under which a browser keeps a file."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response


def to_keep(response: Response, name: str) -> Response:
    """The response as a file of this name. A header holds Latin letters only: the Chinese name goes encoded (RFC 6266)."""
    plain = name.encode("ascii", "ignore").decode().strip(" _-") or "file"
    if plain == name:
        response.headers.set("Content-Disposition", "attachment", filename=name)
    else:
        names = {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
        response.headers.set("Content-Disposition", "attachment", **names)
    return response
