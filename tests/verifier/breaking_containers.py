"""Containers and seals: each check of them with the case it must find."""

from scene import Scene
from tampering import CASES, case, edit_file, loose_list, sealed_otherwise

from audit.package.content import Bytes

# --- the container -------------------------------------------------------------------------------

CASES["bag.declaration"] = edit_file("bagit.txt", lambda d: d.replace(b"1.0", b"0.97"), static=True)
CASES["bag.info"] = edit_file("bag-info.txt", lambda d: d + b"Contact-Name: nobody\n", static=True)
CASES["manifest.payload"] = loose_list("manifest-sha256.txt")
CASES["manifest.static"] = loose_list("proof/static-sha256.txt")


@case("bag.layout")
def _extra_file(scene: Scene) -> None:
    scene.change_static = lambda files: files.update({"proof/extra": Bytes(b"x")})


@case("container.form")
def _zip_date(scene: Scene) -> dict:
    return {"zip": lambda data: data[:12] + b"\x22" + data[13:]}


@case("manifest.tag")
def _tag_manifest(scene: Scene) -> dict:
    return {"file": ("tagmanifest-sha256.txt", lambda data: data.replace(b"  ", b" *"))}


# --- the seal ------------------------------------------------------------------------------------


@case("seal.position")
def _another_type(scene: Scene) -> None:
    scene.seal_type = "package.closed"


CASES["seal.facts"] = sealed_otherwise(note="more than it should say")
CASES["seal.package_id"] = sealed_otherwise(package_id="01JD0000000000000000000000")
CASES["seal.manifest"] = sealed_otherwise(manifest_sha256="00" * 32)
CASES["seal.static"] = sealed_otherwise(static_sha256="00" * 32)
CASES["seal.leaves"] = sealed_otherwise(count=3)
