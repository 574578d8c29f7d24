"""What a package tells of its case, and its files: each check of them with its case."""

from dataclasses import replace

from scene import CASE, Scene, edit_json, erasure
from tampering import CASES, case, edit_case, edit_file


@case("opening.canonical", archive=True)
def _openings_unsorted(scene: Scene) -> None:
    scene.change_payload = lambda files: edit_json(
        files, "data/openings.json", lambda openings: [openings[1], openings[0], *openings[2:]]
    )


@case("opening.value", archive=True)
def _another_value(scene: Scene) -> None:
    scene.change_payload = lambda files: edit_json(
        files, "data/openings.json", lambda openings: openings[0].update(value="another item")
    )


@case("file.bound")
def _another_material(scene: Scene) -> None:
    def exchange(contents):
        first, *rest = contents.attachments
        return replace(contents, attachments=(replace(first, content=b"another"), *rest))

    scene.change_contents = exchange


@case("file.complete")
def _material_left_out(scene: Scene) -> None:
    scene.change_contents = lambda c: replace(c, attachments=c.attachments[1:])


@case("erasure.persons")
def _destroyed_by_one(scene: Scene) -> None:
    scene.acts[-1:-1] = erasure(CASE, "A01", "A01")


@case("erasure.approved")
def _destroyed_though_nobody_asked(scene: Scene) -> None:
    scene.acts[-1:-1] = erasure(CASE)[1:]


@case("case.canonical")
def _case_spaces(scene: Scene) -> None:
    edit_file("data/case.json", lambda data: data.replace(b'"v":1', b'"v": 1'))(scene)


CASES["case.members"] = edit_case(lambda value: value.update(verified=True))
CASES["case.chains"] = edit_case(lambda value: value["chains"][0].update(count=1))
CASES["case.salt"] = edit_file("data/salt", lambda data: data[:16])
CASES["keys.canonical"] = edit_file("proof/policy.txt", bytes.strip, static=True)
