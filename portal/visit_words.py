"""Words of a visit's steps, as msgids: said alike by the counter's pages and by the story of a case."""

from collections.abc import Mapping

from casework.model.visit import VisitStep
from portal.i18n import N_

VISIT_STEPS: Mapping[VisitStep, str] = {
    VisitStep.GUIDE: N_("Guidance"),
    VisitStep.CONSULT: N_("Advice"),
    VisitStep.FILL: N_("Filling in forms"),
    VisitStep.WAIT: N_("Waiting to be called"),
    VisitStep.CALL: N_("Being called"),
    VisitStep.HANDLE: N_("Handling"),
    VisitStep.RATE: N_("Rating"),
}
