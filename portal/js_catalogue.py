"""Messages that scripts show, as a JavaScript module with one map.

A JSON module would need import attributes, which the browser floor (Chromium 109) lacks. Only
messages used by scripts are sent: the catalogues say for each message which files use it.
"""

import json

from babel.messages.pofile import read_po

from portal.hashed_files import StaticFiles
from portal.i18n import Language, catalogue_files


def catalogue_name(language: Language) -> str:
    return f"portal/i18n/{language.value}.js"


def js_messages(language: Language) -> dict[str, str | list[str]]:
    """By msgid: its translation, or the list of plural forms under the singular's msgid."""
    found: dict[str, str | list[str]] = {}
    for path in catalogue_files(language):
        with path.open("rb") as source:
            messages = read_po(source, locale=language.value.replace("-", "_"))
        for message in messages:
            if message.id and any(file.endswith(".js") for file, _line in message.locations):
                words = message.string or ""
                if isinstance(message.id, str):
                    found[message.id] = str(words)
                else:
                    found[message.id[0]] = [str(form) for form in words]
    return found


def setup_js_catalogues(static: StaticFiles) -> None:
    for language in Language:
        words = json.dumps(js_messages(language), ensure_ascii=False, sort_keys=True)
        body = f'export const language = "{language.value}";\nexport const messages = {words};\n'
        static.add_generated(catalogue_name(language), body.encode())
