"""`VERIFY.md` and `verify.sh` of a package: texts under a version, so that a package which exists can
be written again byte for byte after the program has newer ones.

A text that was ever handed out stays as it is. Other words, or another command, are a new file and a
new version.
"""

from importlib import resources

from audit.errors import MalformedError

VERSIONS = {
    1: {"VERIFY.md": "VERIFY.1.md", "verify.sh": "verify.1.sh"},
    2: {"VERIFY.md": "VERIFY.2.md", "verify.sh": "verify.1.sh"},
}
NEWEST = max(VERSIONS)


def instructions(version: int) -> dict[str, bytes]:
    """The texts by their name in the package. Raises MalformedError for a version that is not known."""
    if version not in VERSIONS:
        raise MalformedError(f"no instructions of version {version}")
    folder = resources.files("audit.package") / "templates"
    return {name: (folder / file).read_bytes() for name, file in VERSIONS[version].items()}
