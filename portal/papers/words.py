"""Words for coded reasons of a refusal, said alike on pages and on papers. Translated where they are shown."""

from casework.model.decision import RefusalReason, Remedy
from portal.i18n import N_

REFUSAL_REASONS = {
    RefusalReason.CONDITIONS_NOT_MET: N_("The conditions for this item are not met"),
    RefusalReason.NOT_WITHIN_AUTHORITY: N_("This matter belongs to another authority"),
    RefusalReason.DATA_CONTRADICTS: N_("The data on file contradict the application"),
    RefusalReason.ALREADY_GRANTED: N_("The same has been granted already"),
    RefusalReason.IDENTITY_DOUBTFUL: N_("The identity could not be confirmed"),
    RefusalReason.OTHER: N_("Other reason, see the explanation"),
}
REMEDIES = {
    Remedy.RECONSIDERATION: N_(
        "If you disagree, you may apply for administrative reconsideration within 60 days of receiving this paper."
    ),
    Remedy.LAWSUIT: N_(
        "If you disagree, you may bring an administrative lawsuit before the people's court within 6 months of receiving this paper."
    ),
    Remedy.RECONSIDERATION_OR_LAWSUIT: N_(
        "If you disagree, you may apply for administrative reconsideration within 60 days of receiving this paper, or bring an administrative lawsuit before the people's court within 6 months."
    ),
}
