"""One case for every check of a package: what an operator who can sign anything might hand out.

The registry, and what its cases are made with; the cases stand in files by what they break.
"""

from collections.abc import Callable

from scene import COUNTER, LOG_KEY, Scene, edit_json, read, swap, trust

from audit import note
from audit.cosignature import cosign, witness_key
from audit.package.content import Bytes

Case = Callable[[Scene], dict | None]
CASES: dict[str, Case] = {}
"""Check -> what breaks its rule and no other. May return arguments for `verify`."""
ARCHIVE: set[str] = set()
"""Cases of the archive form."""
VKEY = LOG_KEY.verifying_key.vkey
WITNESS_KEY = note.SigningKey.generate("witness.example")
WITNESS = witness_key(WITNESS_KEY)


def case(name: str, *, archive: bool = False) -> Callable[[Case], Case]:
    def register(function: Case) -> Case:
        CASES[name] = function
        if archive:
            ARCHIVE.add(name)
        return function

    return register


def edit_file(name: str, change: Callable[[bytes], bytes], *, static: bool = False) -> Case:
    def apply(scene: Scene) -> None:
        def hook(files):
            files[name] = Bytes(change(read(files[name])))

        setattr(scene, "change_static" if static else "change_payload", hook)

    return apply


def edit_case(change: Callable[[dict], object]) -> Case:
    def apply(scene: Scene) -> None:
        scene.change_payload = lambda files: edit_json(files, "data/case.json", change)

    return apply


def edit_part(**changes) -> Case:
    def apply(scene: Scene) -> None:
        for name, value in changes.items():
            setattr(scene.parts[COUNTER], name, value)
        scene.plan()

    return apply


def edit_facts(type_: str, **facts) -> Case:
    def apply(scene: Scene) -> None:
        act = scene.act(type_)
        act.facts = act.facts | facts

    return apply


def edit_members(type_: str, **members) -> Case:
    def apply(scene: Scene) -> None:
        scene.act(type_).members = members

    return apply


def sealed_otherwise(**facts) -> Case:
    def apply(scene: Scene) -> None:
        scene.seal_facts = facts

    return apply


def loose_list(path: str) -> Case:
    """A list in another form, sealed as it is."""

    def apply(scene: Scene) -> None:
        scene.change_prepared = lambda prepared: swap(
            prepared, path, read(prepared.files[path]).replace(b"  ", b" *")
        )

    return apply


def column(at: int, field: int, value: str) -> Callable[[int, list[str]], None]:
    def change(seq: int, fields: list[str]) -> None:
        if seq == at:
            fields[field] = value

    return change


def loose_base64(text: str) -> str:
    """The same bytes in base64 whose spare bits are not zero."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return text[:-2] + alphabet[alphabet.index(text[-2]) ^ 1] + "="


def cosigned(scene: Scene, time: int) -> dict:
    """A witness from outside cosigned both checkpoints at this POSIX second."""
    scene.witnesses.append((WITNESS, lambda body: cosign(WITNESS_KEY, body, time)))
    return {"trust": trust(VKEY, WITNESS.vkey)}
