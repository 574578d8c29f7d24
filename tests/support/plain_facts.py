"""A pytest plugin: no act writes a plain fact into the log that nobody decided may stand there.

Entries are read by mirrors and auditors, and stay when a key is destroyed. Outcome, item, outlet,
ratings and reason codes are committed, not plain (docs/evidence.md). Whoever needs a new plain fact
adds its name here, or commits the value.
"""

import sys
from collections.abc import Iterable

ALLOWED = frozenset({
    # whom and what an entry is about: ids and places
    "actor", "call", "calls", "case", "chain", "decision", "erasure", "key", "leg", "mark", "material",
    "number", "offer", "package_id", "part", "person", "seat", "site", "staff", "worker",
    # commitments under the case's key, and hashes of ciphertext, of records and of public texts
    "certificate_sha256", "ciphertext_sha256", "commitment", "digest", "header_sha256",
    "leaves_sha256", "manifest_sha256", "notice", "record_sha256", "static_sha256", "text_sha256",
    # counts, sizes, times
    "copy", "count", "epoch", "expires_ms", "faults", "fields", "frames", "from_mono_ms", "gap_limit_ms",
    "incarnation", "not_before_ms", "round", "segments", "size", "to_mono_ms", "version",
    # what the call and its recorder do, and what a decision rests on
    "asks", "call_required", "direction", "down", "format", "heads", "on", "parts", "policy", "previous",
    "resumed", "road", "source", "sources", "stream_heads", "tracks", "up", "views",
    # who did it together, what was looked at, what the log itself says
    "approved_by", "cosignature", "decision_logged", "field", "set_away",
})  # fmt: skip
OF_TYPE = {
    # Elsewhere these names are ratings, reasons and kinds of people.
    "actor.key_enrolled": {"kind", "public_key", "rp_id", "web_origin"},
    # The catalogue is public: which version of an item holds from when, and who may accept it.
    "catalogue.grant_set": {"grant", "item", "outlet"},
    "catalogue.item_closed": {"day", "item"},
    "catalogue.item_published": {"effective_from", "item", "sha256"},
    "device.key_enrolled": {"kind", "public_key"},
    # A device's counter, and the checkpoint that it keeps.
    "desk.call.requested": {"device"},
    # Which platform a case came from, and by which of its launches; its own reference is committed.
    "desk.case.launched": {"launch", "platform"},
    # That the call was about a draft: nothing of what was thought of it.
    "desk.case.called": {"precheck"},
    "desk.line.changed": {"level"},
    "desk.line.summed_up": {"freezes", "mean", "most", "ms", "reports"},
    # Why a log ended: nothing of any case.
    "log.successor": {"carried", "cause", "origin", "recorded", "root"},
    # The organisation itself: places, posts and groups by ids and codes. Nothing of any case or citizen,
    # and of staff no more than whom a post gave which power.
    "org.outlet_opened": {"kind", "outlet"},
    "org.outlet_changed": {"kind", "outlet"},
    "org.outlet_closed": {"outlet"},
    "org.window_opened": {"outlet", "profile", "window"},
    "org.window_changed": {"profile", "window"},
    "org.window_closed": {"window"},
    "org.group_opened": {"group"},
    "org.group_changed": {"group"},
    "org.group_closed": {"group"},
    "org.staff_added": {"outlet"},
    "org.staff_changed": {"outlet"},
    "org.post_granted": {"grant", "role"},
    "org.post_ended": {"grant", "role"},
    "org.certified": {"group"},
    "org.certificate_ended": {"group"},
    "org.begun": {"centre", "grant"},
    # Whom the city lets launch, by which public keys, where and with which mapping.
    "org.platform_opened": {"platform"},
    "org.platform_closed": {"platform"},
    "org.platform_key_added": {"kid", "platform", "thumbprint"},
    "org.platform_key_ended": {"kid", "platform", "until_ms"},
    "org.platform_outlet_set": {"allowed", "outlet", "platform"},
    "org.platform_mapping_saved": {"item", "platform", "sha256"},
    "org.platform_mapping_removed": {"item", "platform"},
    "outlet.roster_set": {"day", "window"},
    "outlet.check_noted": {"check", "passed", "window"},
    # Visits have a number of the day and no name; which cases they hold is committed with the cases.
    **{
        f"visit.{kind}": {"outlet", "step", "visit", "window"}
        for kind in ("opened", "step_begun", "called", "called_again", "received", "missed")
    },
    "visit.ended": {"end", "outlet", "visit", "window"},
    # How much left as a file, and by which filter; no case and nobody.
    "desk.list.exported": {"cut", "filter_sha256", "rows"},
    # Which paper original changed hands: its id.
    "desk.original.taken": {"original"},
    "desk.original.handed_over": {"original"},
    "desk.original.given_back": {"original"},
    # Which question to an issuing authority this is about: an id that both sides keep.
    "desk.material.added": {"question"},
    "desk.source.answered": {"question"},
    "desk.source.asked": {"question"},
    # Why the recorder began a part or lacks a stretch: its own causes, none of them a person's.
    "rec.content": {"finding"},
    "rec.fault": {"cause", "detail"},
    "rec.gap": {"cause"},
    "rec.part": {"cause"},
}


def surplus(type_: str, facts: Iterable[str]) -> set[str]:
    """Names of plain facts that may not stand in an entry of this type."""
    return set(facts) - ALLOWED - OF_TYPE.get(type_, set())


def _guard(tx: type) -> None:
    write = tx.entry

    def entry(self, type_, chain, *, plain=None, **others):
        # Tests write made-up entries of their own; only acts of the program count.
        written_by = sys._getframe(1).f_globals["__name__"]
        if written_by.startswith("casework."):
            found = surplus(type_, plain or {})
            assert not found, f"{type_} has the plain facts {found}: see {__name__}"
        return write(self, type_, chain, plain=plain, **others)

    tx.entry = entry
    tx.guarded = True


def pytest_runtest_setup() -> None:
    module = sys.modules.get("casework.store.tx")
    if module is not None and not hasattr(module.Tx, "guarded"):
        _guard(module.Tx)
