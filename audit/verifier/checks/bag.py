"""The container: zip form, file list, BagIt 1.0 declarations and manifests (RFC 8493)."""

from collections.abc import Iterable, Iterator

from audit.verifier import paths
from audit.verifier.package import Package
from audit.verifier.registry import package_check
from audit.verifier.report import Finding

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@package_check("container.form")
def container(package: Package) -> Iterator[Finding]:
    """Every header field of a zip; no empty folder in a folder."""
    yield from package.source.form_faults()


@package_check("bag.layout")
def layout(package: Package) -> Iterator[Finding]:
    for path in package.source.paths:
        if not paths.is_known(path):
            yield Finding(path, "only files of the format", "another file")
    for path in sorted(paths.REQUIRED - set(package.source.paths)):
        yield Finding(path, "the file", "missing")


@package_check("bag.declaration")
def declaration(package: Package) -> Iterator[Finding]:
    found = package.text(paths.BAGIT)
    if found != DECLARATION:
        yield Finding(paths.BAGIT, DECLARATION.decode(), found)


@package_check("bag.info")
def info(package: Package) -> Iterator[Finding]:
    payload = [path for path in package.source.paths if path.startswith("data/")]
    size = sum(package.source.size(path) for path in payload)
    expected = (
        f"External-Identifier: {package.case.get('package_id')}\n"
        f"Payload-Oxum: {size}.{len(payload)}\n"
    ).encode("utf-8", "backslashreplace")
    found = package.text(paths.BAG_INFO)
    if found != expected:
        yield Finding(paths.BAG_INFO, expected.decode(), found)


@package_check("manifest.payload")
def payload_manifest(package: Package) -> Iterator[Finding]:
    payload = (path for path in package.source.paths if path.startswith("data/"))
    yield from compare_list(package, paths.PAYLOAD_MANIFEST, payload)


@package_check("manifest.tag")
def tag_manifest(package: Package) -> Iterator[Finding]:
    tags = (
        path
        for path in package.source.paths
        if not path.startswith("data/") and path != paths.TAG_MANIFEST
    )
    yield from compare_list(package, paths.TAG_MANIFEST, tags)


@package_check("manifest.static")
def static_list(package: Package) -> Iterator[Finding]:
    static = (
        path
        for path in package.source.paths
        if not path.startswith("data/") and path not in paths.AFTER_SEAL
    )
    yield from compare_list(package, paths.STATIC, static)


def compare_list(package: Package, name: str, listed: Iterable[str]) -> Iterator[Finding]:
    """Build `name` again from the files it should list and compare byte for byte."""
    expected = {path: package.digest(path) for path in listed}
    content = "".join(f"{digest}  {path}\n" for path, digest in sorted(expected.items()))
    data = package.text(name)
    if content.encode() == data:
        return
    found = _lines(data)
    blamed = False
    for path in sorted(expected.keys() | found.keys()):
        if expected.get(path) != found.get(path):
            blamed = True
            yield Finding(
                path,
                f"{name}: {found.get(path, 'not listed')}",
                expected.get(path, "no such file"),
                paths.record_of(path),
            )
    if not blamed:
        yield Finding(name, "one canonical form: lower hex, two spaces, LF, sorted", "another form")


def _lines(data: bytes) -> dict[str, str]:
    lines = (line.partition("  ") for line in data.decode("utf-8", "replace").split("\n") if line)
    return {path: digest for digest, _, path in lines}
