"""The desk in one screen: every room, in the order in which they are put together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from pathlib import Path

from aiohttp import web

from backoffice_console.room import setup_backoffice_console
from casework.bus.outbox import OutboxPump
from casework.bus.port import Bus
from casework.installation import Installation
from casework.materials.local import LocalMaterialStore
from casework.materials.unnamed import UnnamedContents
from casework.worker_link.messages import DurableEvent
from outlet_client.app import setup_outlet
from portal.app import setup_portal
from portal.case_ladder import setup_case_ladder
from portal.keys import FAULTS
from portal.log_checkpoint import setup_log_checkpoint
from portal.log_over_http import setup_log_over_http
from portal.papers.city_templates import load_templates
from portal.papers.press import PaperPress
from portal.papers.seal import WetStamp
from portal.rooms import add_room
from portal.settings import PortalSettings
from recording.call_files import CallFiles
from recording.reconcile import StillRecordedError
from signaling import setup as signaling_setup
from signaling.desk import DeviceRule
from signaling.portal_auth import PortalAuth
from signaling.rooms.files import StillRecorded
from signaling.setup import setup_signaling
from signaling.turn import turn_servers
from yunchuang.demo.setup import setup_demo
from yunchuang.demo_data import trusted_keys
from yunchuang.evidence import PackageShelf, PublishedLog
from yunchuang.housekeeping import keep_house
from yunchuang.material_verifiers import material_sources
from yunchuang.settings import Settings
from yunchuang.time_stamping import TimeStamping
from yunchuang.witnesses import Witnessing

MAX_REQUEST_BYTES = 64 << 20


def create_app(
    installation: Installation,
    settings: Settings,
    bus: Bus,
    workers: Sequence[tuple[str, Path]],
) -> web.Application:
    """`workers` are names and sockets of media workers. Order matters: the shell, then the call,
    then the rooms whose pages use both.
    """
    store, writer, clock = installation.store, installation.writer, installation.clock
    data, keys = installation.data, installation.keys
    materials = LocalMaterialStore(data.materials, keys)

    app = web.Application(client_max_size=MAX_REQUEST_BYTES)
    setup_portal(app, _portal_settings(settings), store=store, writer=writer, clock=clock, bus=bus)
    add_room(app, "signaling", Path(signaling_setup.__file__).parent)
    signaling = setup_signaling(
        app,
        store=store,
        writer=writer,
        clock=clock,
        bus=bus,
        keys=keys,
        files=_RoomFiles(CallFiles(data.recordings, clock)),
        auth=PortalAuth(),
        workers=workers,
        ice_servers=turn_servers(
            settings.turn_urls, settings.turn_secret, clock, settings.turn_credentials_live_s
        ),
        rejoin_window_s=settings.rejoin_window_s,
        devices=DeviceRule(installation.log.origin, settings.device_signatures),
    )
    papers = PaperPress(load_templates(data.paper_templates), WetStamp())
    setup_outlet(
        app,
        keys=keys,
        store=materials,
        hub=signaling.hub,
        sources=material_sources(settings.material_verifiers, clock),
        papers=papers,
        public_base_url=settings.public_base_url,
        public_log_url=settings.public_log_url or settings.public_base_url,
        log_origin=installation.log.origin,
        device_signatures=settings.device_signatures,
    )
    shelf = PackageShelf(installation, data.packages)
    published = PublishedLog(
        installation.log,
        installation.cosigned,
        installation.time_stamps,
        time_stamping=bool(settings.time_stamp_url),
    )
    setup_log_checkpoint(app, published)
    setup_case_ladder(app, published)
    cosigned = installation.cosigned
    witnesses = [one.key for one in cosigned.policy.witnesses]
    setup_log_over_http(app, data.log, cosigned.log_key, witnesses)
    setup_backoffice_console(
        app,
        key_ring=keys,
        materials=materials,
        recordings=data.recordings,
        papers=papers,
        signing=settings.actor_signatures,
        site=settings.staff_url or settings.public_base_url,
        evidence=shelf,
        log_status=published,
    )
    setup_demo(app, shelf=shelf, trusted_keys=trusted_keys(data))
    pump = OutboxPump(store, writer, bus)
    app[FAULTS]["log"] = lambda: installation.sequencer.fault
    app[FAULTS]["events"] = lambda: pump.fault
    app.cleanup_ctx.append(_task(pump.run))
    unnamed = UnnamedContents(store, materials, clock)
    app.cleanup_ctx.append(_task(lambda: keep_house(writer, clock, installation.eraser, unnamed)))
    witnessing = Witnessing(installation.log, installation.cosigned, clock, data.witnesses)
    app.cleanup_ctx.append(_task(witnessing.run))
    time_stamping = TimeStamping(
        settings.time_stamp_url,
        settings.time_stamp_every_s,
        installation.log,
        installation.cosigned,
        installation.time_stamps,
        clock,
        data.authority,
    )
    app.cleanup_ctx.append(_task(time_stamping.run))
    return app


def _portal_settings(settings: Settings) -> PortalSettings:
    return PortalSettings(
        development=settings.development,
        demo=settings.demo,
        secure_cookies=settings.secure_cookies,
        organisation=settings.organisation,
        help_line=settings.help_line,
        supplement_days=settings.supplement_days,
        hall_telephone=settings.hall_telephone or settings.help_line,
        metrics_token=settings.metrics_token,
        mirror_token=settings.mirror_token,
        trusted_proxies=frozenset(settings.trusted_proxies),
    )


class _RoomFiles:
    """The recordings as the call's rooms want them; here two siblings meet that never import each
    other.
    """

    def __init__(self, files: CallFiles) -> None:
        self._files = files

    def directory(self, call: str) -> Path:
        return self._files.directory(call)

    def after(self, call: str, n: int) -> Sequence[DurableEvent]:
        return self._files.after(call, n)

    def settle(
        self, call: str, n: int, expected: Sequence[tuple[str, str]]
    ) -> Sequence[DurableEvent]:
        try:
            return self._files.settle(call, n, expected)
        except StillRecordedError as error:
            raise StillRecorded(call) from error


def _task(
    work: Callable[[], Coroutine[None, None, None]],
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def context(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(work())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    return context
