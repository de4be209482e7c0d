"""What is shown of evidence: cards with thumbnails, times, and where else a file was used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.clock import SHANGHAI
from app.security.permissions import P
from app.security.predicates import Person
from app.services import books
from app.services.act import Act, Missing, Refused, found
from app.services.evidence import pictures
from app.services.evidence.kinds import KINDS
from app.services.evidence.names import shown_size
from app.store import accounts, rulebooks
from app.store.contracts import ContractScope
from app.store.entries import number_text
from app.store.evidence.files import Files, Lost, Part, Place
from app.store.evidence.rows import Evidence, EvidenceFile, Use

DIGEST_SHOWN = 12
LEAST_REASON = 4
ORIGINAL_FOR = (P.ENTRY_VERIFY, P.AUDIT_READ)
LOST = "这份材料的内容读不出来，可能存储出了问题。请告诉管理员运行 flask evidence verify 核对"


@dataclass(frozen=True)
class Shown:
    """One card of the evidence component; times as texts of Shanghai."""

    id: int
    url: str
    thumb_url: str | None
    name: str
    kind: str
    size: str
    taken: str
    uploaded: str
    digest: str
    reused: str = ""
    reused_url: str = ""


def evidence_of(
    scope: ContractScope, entry_ids: Collection[int], ledgers: Mapping[str, str] | None = None
) -> dict[int, list[Shown]]:
    """Cards by entry, in the order of kind and place; a few queries for any number of entries.

    `ledgers`: names of ledgers by id, where the caller has them at hand.
    """
    evidence = Evidence(scope.session, scope.contract_id)
    links = evidence.of_entries(entry_ids)
    reuse = Reuse.of(evidence, {link.file_id for link, _ in links}, ledgers, scope)
    cards: dict[int, list[Shown]] = {entry_id: [] for entry_id in entry_ids}
    for link, root in links:
        cards[link.entry_id].append(card(link.file, kind=link.kind, reuse=reuse, root=root))
    return cards


def cards_of(
    scope: ContractScope, file_ids: Sequence[int], root: int | None = None,
    ledgers: Mapping[str, str] | None = None,
) -> list[Shown]:  # fmt: skip
    """Cards of files in this order, for a form that holds them; ids that are not here are left out.

    `root`: the activity of the entry that the form is about.
    """
    evidence = Evidence(scope.session, scope.contract_id)
    rows = evidence.by_ids(file_ids)
    reuse = Reuse.of(evidence, rows.keys(), ledgers, scope)
    return [card(rows[key], reuse=reuse, root=root) for key in dict.fromkeys(file_ids) if key in rows]


@dataclass(frozen=True)
class Reuse:
    """Where files were used, and what the ledgers are called."""

    contract_id: int
    uses: Mapping[int, Sequence[Use]]
    ledgers: Mapping[str, str]

    @classmethod
    def of(
        cls, evidence: Evidence, file_ids: Iterable[int], ledgers: Mapping[str, str] | None, scope: ContractScope
    ) -> Reuse:  # fmt: skip
        """Of these files, and of pictures that look the same."""
        uses: dict[int, list[Use]] = {}
        for use in evidence.uses(list(file_ids)):
            uses.setdefault(use.file_id, []).append(use)
        names = ledgers if ledgers is not None else ledger_names(scope) if uses else {}
        return cls(scope.contract_id, uses, names)

    def others(self, file_id: int, root: int | None) -> list[Use]:
        """Entries outside of the activity; those with the very file before those with one that looks like it."""
        found = [use for use in self.uses.get(file_id, ()) if use.root != root]
        first: dict[int, Use] = {}
        for use in sorted(found, key=lambda use: use.used_file_id != file_id):
            first.setdefault(use.entry_id, use)
        return list(first.values())

    def told(self, file_id: int, root: int | None) -> tuple[str, str]:
        """What the card says, and the address of the first of the other entries.

        The rows of an imported file are proved by the file; that says nothing against any of them.
        """
        others = [use for use in self.others(file_id, root) if not use.imported]
        if not others:
            return "", ""
        use = others[0]
        where = self.place(use)
        more = f"等 {len(others)} 条记录" if len(others) > 1 else ""
        same = use.used_file_id == file_id
        text = f"已用于 {where}{more}" if same else f"与 {where}{more}的照片看起来是同一张"
        return text, entry_url(self.contract_id, use)

    def place(self, use: Use) -> str:
        """The entry as people name it."""
        return f"{self.ledgers.get(use.ledger, use.ledger)} {number_text(use.ledger, use.number)}（{use.business_date}）"


def ledger_names(scope: ContractScope) -> dict[str, str]:
    """Names of the contract's ledgers by id; nothing where it has no rulebook yet."""
    contract = scope.contract()
    if contract is None or contract.rulebook_text_id is None:
        return {}
    text = rulebooks.text(scope.session, contract.rulebook_text_id).text
    return {ledger.id: ledger.name for ledger in books.loaded(text).rulebook.ledgers}


def entry_url(contract_id: int, use: Use) -> str:
    return f"/contracts/{contract_id}/ledgers/{use.ledger}/entries/{use.entry_id}"


def card(file: EvidenceFile, *, kind: str = "", reuse: Reuse, root: int | None) -> Shown:
    """The card of one file. Addresses start at the root of the host, where the console is served."""
    at = f"/contracts/{file.contract_id}/evidence/{file.id}"
    reused, reused_url = reuse.told(file.id, root)
    return Shown(
        id=file.id,
        url=at,
        thumb_url=f"{at}/thumb" if file.shown else None,
        name=file.name,
        kind=kind or KINDS[file.media_type].word,
        size=shown_size(file.size),
        taken=minute(file.taken_at),
        uploaded=minute(file.uploaded_at),
        digest=file.sha256[:DIGEST_SHOWN],
        reused=reused,
        reused_url=reused_url,
    )


def minute(moment: datetime | None) -> str:
    """2026-03-05 09:12, in Shanghai."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if moment else ""


@dataclass(frozen=True)
class Used:
    """An entry that a file proves. `same`: the very file, not one that looks like it."""

    text: str
    url: str
    same: bool


@dataclass(frozen=True)
class About:
    """What a file's own page says; in how many different activities it was used."""

    card: Shown
    sha256: str
    uploader: str
    points: str
    used: Sequence[Used]
    activities: int


def about(scope: ContractScope, file: EvidenceFile) -> About:
    """Everything that is known of a file, the entries it proves first."""
    reuse = Reuse.of(Evidence(scope.session, scope.contract_id), [file.id], None, scope)
    uploader = accounts.by_id(scope.session, file.uploaded_by)
    uses = reuse.others(file.id, None)
    return About(
        card=card(file, reuse=reuse, root=None),
        sha256=file.sha256,
        uploader=uploader.display_name if uploader else "",
        points=f"{file.width} × {file.height}" if file.width else "",
        used=[Used(reuse.place(use), entry_url(scope.contract_id, use), use.used_file_id == file.id) for use in uses],
        activities=len({use.root for use in uses if not use.imported}),
    )


def file_of(scope: ContractScope, file_id: int) -> EvidenceFile:
    """The file of this contract; raises Missing."""
    return found(Evidence(scope.session, scope.contract_id).find(file_id))


def opened(files: Files, file: EvidenceFile, part: Part) -> bytes:
    """The bytes to show. A copy that is lost is made again from the original."""
    place = Place(file.contract_id, file.sha256)
    if part is not Part.ORIGINAL and not file.shown:
        raise Missing
    try:
        return files.open(place, part)
    except Lost as error:
        if part is Part.ORIGINAL:
            raise Refused(LOST) from error
    picture = pictures.read(opened(files, file, Part.ORIGINAL), file.uploaded_at)
    if picture is None:
        raise Refused(LOST)
    return picture.thumb if part is Part.THUMB else picture.shown


def may_have_original(person: Person, contract_id: int) -> bool:
    """Members who review or audit the contract; a console role does not do."""
    held = person.contracts.get(contract_id, frozenset())
    return any(permission in held for permission in ORIGINAL_FOR)


def original(act: Act, scope: ContractScope, file_id: int, reason: str) -> tuple[EvidenceFile, bytes]:
    """The bytes as they were sent, EXIF (place, camera) included; for a reason that is kept in the audit log."""
    if not may_have_original(act.person(), scope.contract_id):
        raise Missing
    file = file_of(scope, file_id)
    if len(reason.strip()) < LEAST_REASON:
        raise Refused("请写明为什么要取原件，至少 4 个字；它会记入审计日志", "reason")
    data = opened(act.files, file, Part.ORIGINAL)
    act.record("evidence.original", "evidence", file.id, scope.contract_id, reason=reason.strip()[:200])
    return file, data
