"""The demonstration city seen from the hall: a whole application, and scenes played act by act."""

import io
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
from aiohttp import web
from PIL import Image, ImageDraw, ImageFont

from audit.checkpoint import Checkpoint, SignedCheckpoint, TreeHead, sign_checkpoint
from audit.note import SigningKey
from backoffice_console.ports import Package, Problem, Verdict, Verification
from backoffice_console.room import setup_backoffice_console
from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.add_material import AddMaterial, add_material
from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.hand_back import HandBack, hand_back
from casework.actions.set_presence import SetPresence, set_presence
from casework.actor import SYSTEM
from casework.bus.memory import MemoryBus
from casework.clock import Clock
from casework.errors import NotFound
from casework.ids import new_id
from casework.materials.local import LocalMaterialStore
from casework.model.actor_key import SigningRule
from casework.model.call import Presence
from casework.model.case import Road
from casework.model.material import MaterialGrade, MaterialSource
from casework.seed import LOGINS, SeedDemo, SeededDemo, seed_demo
from casework.store.reading import entries_of
from portal.app import setup_portal
from portal.case_ladder import setup_case_ladder
from portal.passwords import hash_password
from portal.settings import PortalSettings
from scenes.call_scene import Stage
from scenes.case_scene import CALL_ITEM, Desk
from scenes.hall_scene import Hall
from scenes.kernel import Kernel

PASSWORD = "四海云窗-2026"
_HASH = hash_password(PASSWORD)
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"


@dataclass
class FakeEvidence:
    """Packages without contents; `verdict` is what verifying says."""

    folder: Path
    clock: Clock
    verdict: Verdict = Verdict.GOOD
    made: list[Package] = field(default_factory=list)

    def export(self, case_id, actor):
        package = Package(new_id(), case_id, self.clock.wall_ms(), 3_400_000)
        (self.folder / f"{package.id}.zip").write_bytes(b"PK\x05\x06" + bytes(18))
        self.made.insert(0, package)
        return package

    def packages(self, case_id):
        return [package for package in self.made if package.case_id == case_id]

    def path_of(self, case_id, package_id):
        if not any(package.id == package_id for package in self.packages(case_id)):
            raise NotFound("no such package")
        return self.folder / f"{package_id}.zip"

    def verify(self, case_id, package_id):
        wrong = self.verdict is Verdict.TAMPERED
        problems = [Problem("hash", "data/rec/part.bin", "part 3f, segment 7", "ab12", "cd34")]
        return Verification(
            self.verdict,
            package_id,
            182,
            3,
            "demo.example/log",
            182,
            "demo.example/log+1a2b3c4d+AbCdEf",
            640,
            problems if wrong else [],
        )


class FakeLog:
    """A log that holds the first `size` entries under its checkpoint."""

    def __init__(self, published: SignedCheckpoint):
        self._published = published
        self.witnesses = 0
        self.time_stamping = False

    def published(self):
        return self._published

    def cosigned(self):
        return None

    def time_stamped_at(self, log_index):
        return None


def a_log(size: int = 100_000) -> FakeLog:
    head = TreeHead(size, bytes(32))
    key = SigningKey.generate("demo.example/log")
    return FakeLog(sign_checkpoint(Checkpoint(key.name, head), key))


def a_picture(words: str, *, size=(1654, 2339), ink="#20323a") -> bytes:
    """A page as a document camera sees it."""
    page = Image.new("RGB", size, "#f7f5ee")
    draw = ImageDraw.Draw(page)
    width, height = size
    draw.rectangle((60, 60, width - 60, height - 60), outline="#8fa3a8", width=6)
    font = ImageFont.truetype(FONT, width // 14) if Path(FONT).exists() else None
    small = ImageFont.truetype(FONT, width // 32) if Path(FONT).exists() else None
    draw.text((140, 160), words, fill=ink, font=font)
    for line in range(12):
        top = 160 + width // 7 + line * (height - 500) // 14
        draw.text((140, top), f"示范内容 第 {line + 1} 行  990000", fill="#5a6f77", font=small)
    out = io.BytesIO()
    page.save(out, "JPEG", quality=80)
    return out.getvalue()


def a_pdf() -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@dataclass
class House:
    kernel: Kernel
    city: SeededDemo
    materials: LocalMaterialStore
    evidence: FakeEvidence
    log: FakeLog
    recordings: Path

    @property
    def desk(self) -> Desk:
        return Desk(self.kernel, self.city)

    @property
    def reviewer(self):
        return self.city.actors["reviewer1"]

    def stage(self, case_id: str) -> Stage:
        actors, city = self.city.actors, self.city
        hall = Hall(
            outlet=city.outlets["bank"],
            window=city.windows["bank/1"],
            tablet_window=city.windows["bank/2"],
            clerk=actors["clerk1"],
            tablet_clerk=actors["clerk2"],
            screen=self.desk.screen,
            tablet_screen=self.desk.screen,
            reviewers=(actors["reviewer1"], actors["reviewer2"], actors["reviewer3"]),
            lead=actors["lead"],
            case_id=case_id,
        )
        return Stage(self.kernel, hall)

    def run(self, action, command, actor):
        return self.kernel.writer.run_sync(action, command, actor=actor)

    def types(self, chain: str) -> list[str]:
        with self.kernel.store.reading() as conn:
            return [entry.type for entry in entries_of(conn, chain)]

    def on_duty(self, login: str, state: Presence = Presence.FREE, reason=None):
        self.run(set_presence, SetPresence(state, reason), self.city.actors[login])

    def with_pictures(self, case_id: str) -> None:
        """Real contents behind every material, the first of them in two versions."""
        for order, spec in enumerate(self.desk.item(case_id).materials):
            names = [spec.name, f"{spec.name} 重拍"] if order == 0 else [spec.name]
            for name in names:
                self.put(case_id, spec.code, a_picture(name))

    def put(self, case_id: str, code: str, content: bytes) -> str:
        stored = self.materials.put(case_id, content)
        command = AddMaterial(case_id, code, stored, MaterialSource.STILL, MaterialGrade.B)
        return self.run(add_material, command, self.desk.clerk).material_id

    def accepted(self, item: str = CALL_ITEM, road: Road = Road.CALL) -> str:
        case_id = self.desk.filled(item)
        self.with_pictures(case_id)
        self.desk.sign(case_id)
        self.run(accept_case, AcceptCase(case_id, road), self.desk.clerk)
        return case_id

    def decided(self, item: str) -> str:
        """A desk case approved and back at its window."""
        case_id = self.desk.in_review(item)
        prepared = self.desk.prepared(case_id)
        self.run(confirm_decision, ConfirmDecision(case_id, prepared.decision_id), self.reviewer)
        self.run(hand_back, HandBack(case_id), self.reviewer)
        return case_id


def a_house(kernel: Kernel, path: Path) -> House:
    city = kernel.writer.run_sync(seed_demo, SeedDemo(dict.fromkeys(LOGINS, _HASH)), actor=SYSTEM)
    for name in ("packages", "recordings"):
        (path / name).mkdir()
    return House(
        kernel,
        city,
        LocalMaterialStore(path / "materials", kernel.keys),
        FakeEvidence(path / "packages", kernel.clock),
        a_log(),
        path / "recordings",
    )


def an_app(
    house: House,
    *,
    settings: PortalSettings | None = None,
    signing: SigningRule = SigningRule.OPTIONAL,
    site: str = "",
) -> web.Application:
    settings = settings or PortalSettings(
        development=True, organisation="示范市人力资源和社会保障局"
    )
    app = web.Application(client_max_size=settings.max_body_bytes)
    k = house.kernel
    setup_portal(app, settings, store=k.store, writer=k.writer, clock=k.clock, bus=MemoryBus())
    setup_backoffice_console(
        app,
        key_ring=k.keys,
        materials=house.materials,
        recordings=house.recordings,
        evidence=house.evidence,
        log_status=house.log,
        signing=signing,
        site=site,
    )
    setup_case_ladder(app, house.log)
    return app
