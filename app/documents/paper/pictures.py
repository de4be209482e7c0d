"""How large a picture is drawn."""

from __future__ import annotations

import io

from PIL import Image

#: Of the text's height: the caption stays on the same page.
TALLEST = 0.85
#: Millimetres to a dot where a picture is small: it is not blown up beyond 72 dots to the inch.
DOT = 25.4 / 72


def fitted(data: bytes, width: float, height: float) -> tuple[float, float]:
    """Width and height in mm inside the room of these mm."""
    with Image.open(io.BytesIO(data)) as picture:
        across, down = picture.size
    scale = min(width / across, height * TALLEST / down, DOT)
    return across * scale, down * scale
