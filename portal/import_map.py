"""The import map of every page: bare names and plain addresses -> hashed addresses.

A room's scripts are imported across rooms as `<room>/<file under js/>` and within a room by
relative paths; both resolve here. Libraries come from `vendor/vendor.json`.
"""

import json
from typing import Any

from portal.hashed_files import PREFIX, StaticFiles
from portal.i18n import Language
from portal.js_catalogue import catalogue_name

VENDOR_LIST = "portal/vendor/vendor.json"
MESSAGES_MODULE = "yunchuang/messages"


def import_map(static: StaticFiles, language: Language) -> dict[str, Any]:
    imports: dict[str, str] = {}
    for name in static.names(".js"):
        room, _, rest = name.partition("/")
        if not rest.startswith("js/"):
            continue
        url = static.url(name)
        imports[PREFIX + name] = url
        imports[f"{room}/{rest.removeprefix('js/')}"] = url
    imports[MESSAGES_MODULE] = static.url(catalogue_name(language))
    vendored = json.loads(static.get(VENDOR_LIST).body)
    integrity: dict[str, str] = {}
    for package in vendored["packages"]:
        root = f"{PREFIX}portal/vendor/{package['folder']}/"
        imports[package["name"]] = root + package["entry"]
        imports[package["name"] + "/"] = root
        integrity |= {
            root + file: digest
            for file, digest in package["files"].items()
            if file.endswith((".js", ".mjs"))
        }
    return {"imports": imports, "integrity": integrity}
