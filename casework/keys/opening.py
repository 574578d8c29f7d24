"""Opening the keys of an installation: the key file says which KEK it is under, and that is looked
for beside it.
"""

from pathlib import Path

from casework.keys.kek_files import KekFiles
from casework.keys.key_file import KeyFile
from casework.keys.key_table import kek_id_in


def open_key_file(path: Path, keks: KekFiles) -> KeyFile:
    """Raises KekError if key file or KEK are absent, cannot be read, or do not belong together."""
    return KeyFile(path, keks.find(kek_id_in(path)))
