"""Ed25519 signatures under the audit chain; the private key stays outside the database."""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class Signer:
    """Signs texts and checks its own signatures."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._public = self._private.public_key()

    @property
    def public_key(self) -> str:
        """The public key, base64: whoever has it can check a head without the console."""
        return base64.b64encode(self._public.public_bytes_raw()).decode()

    def sign(self, text: str) -> str:
        """The signature of the text's UTF-8 bytes, base64."""
        return base64.b64encode(self._private.sign(text.encode())).decode()

    def fits(self, text: str, signature: str) -> bool:
        """Whether this key made the signature for exactly this text."""
        try:
            self._public.verify(base64.b64decode(signature, validate=True), text.encode())
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True
