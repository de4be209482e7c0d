"""What the whole app shares, made once at start and found from any request."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app

from app.clock import Clock
from app.config import Settings
from app.security.passwords import Passwords
from app.security.sealing import Sealer
from app.security.signing import Signer
from app.security.vault import Vault
from app.store.evidence.files import Files, open_files

NAME = "lvyuetai"


@dataclass(frozen=True)
class Ground:
    """Settings, clock and keys in use."""

    settings: Settings
    clock: Clock
    signer: Signer
    sealer: Sealer
    passwords: Passwords
    files: Files

    @property
    def vault(self) -> Vault:
        """What personal data is kept with."""
        return Vault(self.sealer, self.settings.index_key)


def lay(app: Flask, settings: Settings, clock: Clock) -> None:
    """Makes the ground of an app."""
    sealer = Sealer(settings.personal_data_keys, settings.current_personal_data_key)
    passwords = Passwords(quick=settings.quick_hashes)
    signer, files = Signer(settings.audit_key), open_files(settings, sealer)
    app.extensions[NAME] = Ground(settings, clock, signer, sealer, passwords, files)


def ground() -> Ground:
    """The ground of the current app."""
    found: Ground = current_app.extensions[NAME]
    return found
