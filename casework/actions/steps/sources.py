"""Whether a material may come from somewhere. Not an action itself."""

from casework.actions.steps.case_act import CaseAct
from casework.catalogue.item import MaterialSpec
from casework.errors import InvalidInput
from casework.model.material import SourceKind
from casework.policy.material_refusals import SourceNotAllowed


def require_source(act: CaseAct, code: str, source: SourceKind) -> MaterialSpec:
    """Raises InvalidInput for a material that the item does not have, SourceNotAllowed."""
    spec = act.item.material(code)
    if spec is None:
        raise InvalidInput("no such material", field="code")
    if not spec.may_come_from(source):
        raise SourceNotAllowed(source=source)
    return spec
