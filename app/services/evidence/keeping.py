"""Taking files in: examined, sealed onto the disk, and only then a row.

`examine` and `put` need no transaction: a request that receives photos over a slow network does both
before it begins to write. `keep` is the act. `keep_bytes` is all three, for jobs and made-up data.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from app.services.act import Act, Refused
from app.services.evidence import looks, pictures
from app.services.evidence.kinds import KINDS, Kind, kind_of
from app.services.evidence.looks import Look
from app.services.evidence.names import clean, named, shown_size
from app.services.evidence.pictures import Picture
from app.store.contracts import ContractScope
from app.store.evidence.files import Files, Part, Place
from app.store.evidence.rows import Evidence, EvidenceFile, bands

MOST_BYTES = 25 * 1024 * 1024


@dataclass(frozen=True)
class Examined:
    """A file that may be taken in."""

    name: str
    kind: Kind
    data: bytes
    sha256: str
    picture: Picture | None

    @property
    def parts(self) -> dict[Part, bytes]:
        """What is to be kept of it."""
        kept = {Part.ORIGINAL: self.data}
        if self.picture is not None:
            kept |= {Part.SHOWN: self.picture.shown, Part.THUMB: self.picture.thumb}
        return kept


def examine(name: str, data: bytes, now: datetime, most: int = MOST_BYTES) -> Examined:
    """Looks into a file; Refused says why it is not taken in and what to do."""
    told = clean(name)
    if not data:
        raise Refused(f"“{told}”是空的，里面没有内容。请确认文件已经保存好，再上传一次")
    if len(data) > most:
        raise Refused(
            f"“{told}”有 {shown_size(len(data))}，超过一份 {shown_size(most)} 的上限，所以没有收。"
            "照片请用手机的“中等大小”发送，视频请截短，文件请拆成几份"
        )
    picture = pictures.read(data, now)
    kind = KINDS[picture.media_type] if picture else kind_of(data, told)
    return Examined(named(name, kind), kind, data, hashlib.sha256(data).hexdigest(), picture)


def put(files: Files, scope: ContractScope, examined: Examined) -> None:
    """Seals the bytes onto the disk."""
    files.keep(Place(scope.contract_id, examined.sha256), examined.parts)


def keep(act: Act, scope: ContractScope, examined: Examined) -> EvidenceFile:
    """The row of a file whose bytes were put. The same bytes twice give the same row."""
    evidence = Evidence(act.session, scope.contract_id)
    row, new = evidence.add(**columns(act, scope, examined))
    if not new:
        if evidence.is_free(row):  # sent again before it was used: its week begins anew
            row.uploaded_at, row.uploaded_by = act.now, act.person().user_id
            act.session.flush()
        return row
    note_likeness(evidence, row)
    act.record("evidence.kept", "evidence", row.id, scope.contract_id, size=row.size, kind=row.media_type)
    return row


def keep_bytes(
    act: Act, scope: ContractScope, name: str, data: bytes, most: int = MOST_BYTES
) -> EvidenceFile:
    """Takes a file in: bytes, row and audit. Refused where it may not come in."""
    examined = examine(name, data, act.now, most)
    put(act.files, scope, examined)
    return keep(act, scope, examined)


def columns(act: Act, scope: ContractScope, examined: Examined) -> dict[str, object]:
    """The columns of a new row."""
    picture = examined.picture
    look = picture.look if picture else None
    exif = picture.exif if picture else b""
    return {
        "sha256": examined.sha256,
        "size": len(examined.data),
        "media_type": examined.kind.media_type,
        "name": examined.name,
        "width": picture.width if picture else None,
        "height": picture.height if picture else None,
        "shown": picture is not None,
        "taken_at": picture.taken_at if picture else None,
        "sealed_exif": act.files.sealer.seal(exif, exif_context(scope.contract_id, examined.sha256)) if exif else None,
        "uploaded_by": act.person().user_id,
        "uploaded_at": act.now,
        **look_columns(look),
    }  # fmt: skip


def look_columns(look: Look | None) -> dict[str, object]:
    if look is None:
        return {}
    quarters = {f"look_{place}": band for place, band in enumerate(bands(look.coarse))}
    return {"look": look.coarse, "look_fine": look.fine, **quarters}


def look_of(row: EvidenceFile) -> Look | None:
    return Look(row.look, row.look_fine) if row.look and row.look_fine else None


def note_likeness(evidence: Evidence, row: EvidenceFile) -> None:
    """Notes which pictures of the contract look the same as a new one."""
    own = look_of(row)
    if own is None:
        return
    found = [
        (other.id, distance)
        for other in evidence.alike(row)
        if (look := look_of(other)) is not None and (distance := looks.alike(own, look)) is not None
    ]
    evidence.note_likeness(row.id, found)


def exif_context(contract_id: int, sha256: str) -> str:
    """What the sealed EXIF is bound to."""
    return f"evidence-exif:{contract_id}:{sha256}"
