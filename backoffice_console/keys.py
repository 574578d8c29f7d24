"""What the handlers of this room reach besides the shell's own keys."""

from pathlib import Path

from aiohttp import web

from backoffice_console.ports import EvidenceService
from casework.keys.key_ring import KeyRing
from casework.log.case_status import LogStatus
from casework.materials.port import MaterialStore
from casework.model.actor_key import SigningRule
from portal.papers.press import PaperPress

KEYS: web.AppKey[KeyRing] = web.AppKey("backoffice_keys", KeyRing)
MATERIALS: web.AppKey[MaterialStore] = web.AppKey("backoffice_materials")
PAPERS: web.AppKey[PaperPress] = web.AppKey("backoffice_papers", PaperPress)
RECORDINGS: web.AppKey[Path] = web.AppKey("backoffice_recordings", Path)
EVIDENCE: web.AppKey[EvidenceService] = web.AppKey("backoffice_evidence")
SITE: web.AppKey[str] = web.AppKey("backoffice_site", str)
"""Web address at which staff reach the pages, "" if none was set up."""
SIGNING: web.AppKey[SigningRule] = web.AppKey("backoffice_signing", SigningRule)
LOG_STATUS: web.AppKey[LogStatus] = web.AppKey("backoffice_log_status")
