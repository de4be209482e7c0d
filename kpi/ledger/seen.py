"""Which ids and keys have been seen, in little memory."""

from __future__ import annotations

from hashlib import blake2b

_DIGEST = 12
_WHOLE = 1 << 100


class SeenIds:
    """Ids seen so far. A hundred ids that differ in their last two digits share one number's bits."""

    __slots__ = ("_bits",)

    def __init__(self) -> None:
        self._bits: dict[str, int] = {}

    @staticmethod
    def _place(entry_id: str) -> tuple[str, int]:
        tail = entry_id[-2:]
        if len(tail) == 2 and tail.isascii() and tail.isdigit():
            return entry_id[:-2], 1 << int(tail)
        return entry_id, _WHOLE

    def add(self, entry_id: str) -> bool:
        """Take note of an id; False if it was there already."""
        head, bit = self._place(entry_id)
        bits = self._bits.get(head, 0)
        self._bits[head] = bits | bit
        return not bits & bit

    def __contains__(self, entry_id: str) -> bool:
        head, bit = self._place(entry_id)
        return bool(self._bits.get(head, 0) & bit)


class SeenKeys:
    """Combinations of values seen so far, as digests: personal numbers are not kept as such."""

    __slots__ = ("_digests",)

    def __init__(self) -> None:
        self._digests: set[bytes] = set()

    def add(self, key: tuple[object, ...]) -> bool:
        """Take note of a combination; False if it was there already."""
        digest = blake2b(repr(key).encode(), digest_size=_DIGEST).digest()
        before = len(self._digests)
        self._digests.add(digest)
        return len(self._digests) != before
