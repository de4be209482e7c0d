"""Prints new keys as lines for the environment: python -m app.keys > keys.env (then chmod 600)."""

from __future__ import annotations

import base64
import secrets

from app.config import PREFIX


def new_keys() -> dict[str, str]:
    """A fresh value for each key that the settings ask for."""

    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {
        f"{PREFIX}SECRET_KEY": secrets.token_urlsafe(48),
        f"{PREFIX}PERSONAL_DATA_KEYS": f"k1:{key()}",
        f"{PREFIX}INDEX_KEY": key(),
        f"{PREFIX}AUDIT_KEY": key(),
    }


if __name__ == "__main__":
    print("\n".join(f"{name}={value}" for name, value in new_keys().items()))
