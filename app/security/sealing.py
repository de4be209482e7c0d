"""AES-GCM with the key's id in the header, so that keys can be replaced one after another."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class CannotOpen(Exception):
    """The sealed bytes were changed, belong elsewhere, or their key is not at hand."""


@dataclass(frozen=True)
class Sealer:
    """Seals with the key `current`, opens with any of `keys` (32 bytes each, ids of 1–20 ASCII characters)."""

    keys: Mapping[str, bytes]
    current: str

    def seal(self, plain: bytes, context: str) -> bytes:
        """Encrypts for one place; `context` (table, column, row) is bound, so blobs cannot be swapped."""
        nonce = secrets.token_bytes(NONCE)
        name = self.current.encode("ascii")
        header = bytes([len(name)]) + name
        return (
            header + nonce + AESGCM(self.keys[self.current]).encrypt(nonce, plain, header + context.encode())
        )

    def open(self, sealed: bytes, context: str) -> bytes:
        """The plain bytes; raises CannotOpen."""
        size = 1 + sealed[0] if sealed else 1
        header, nonce, body = sealed[:size], sealed[size : size + NONCE], sealed[size + NONCE :]
        key = self.keys.get(header[1:].decode("ascii", "replace"))
        if key is None:
            raise CannotOpen("没有解密所需的密钥，请检查密钥设置是否换过而没有保留旧的")
        try:
            return AESGCM(key).decrypt(nonce, body, header + context.encode())
        except (InvalidTag, ValueError) as error:
            raise CannotOpen("密文被改动过，或不属于这里") from error
