"""What the demonstration says to people: its script of five steps, and the steps of its plays."""

from portal.i18n import N_

SCRIPT = (
    N_(
        "Open the reviewer desk in a browser, sign in as %(reviewer)s, and press “On duty”. Keep the tab."
    ),
    N_(
        "On the demonstration page press “Let an outlet call in”. It rings at the reviewer desk: answer with Enter."
    ),
    N_(
        "In the call, note the notice, check the identity on camera and take the declaration. Then approve: any transaction number will do, and any values before and after."
    ),
    N_(
        "Now the counter: sign in at the clerk window as %(clerk)s, pair the citizen screen in another tab, open a case, and call the hall. “Let a reviewer answer” sends a scripted one."
    ),
    N_(
        "At the audit desk (%(auditor)s) open the case, play its recording and verify it. Then change one byte of a copy and see it turn red."
    ),
)

PLAY_STEPS = {
    "sign_in": N_("comes in"),
    "open": N_("opens a case"),
    "identity": N_("checks the identity card"),
    "form": N_("fills in the form"),
    "materials": N_("photographs the papers"),
    "read_back": N_("reads the application back"),
    "sign": N_("signs on the citizen screen"),
    "accept": N_("accepts the case"),
    "ring": N_("rings in the hall"),
    "wait": N_("is on duty and waits for a call"),
    "connect": N_("connects"),
    "notice": N_("waits for the answer to the notice"),
    "talk": N_("talks"),
    "greet": N_("speaks the notice"),
    "identity_on_camera": N_("checks the identity on camera"),
    "declaration": N_("takes the declaration"),
    "decide": N_("approves"),
    "receiver": N_("checks who receives the result"),
    "receipt_signature": N_("signs for receipt"),
    "issue": N_("issues the result"),
    "rate": N_("rates"),
    "complete": N_("closes the case"),
    "goodbye": N_("says goodbye"),
}

PLACES = {
    "data/entries": N_("An entry of the log"),
    "data/rec": N_("A piece of the recording"),
    "data/materials": N_("A paper"),
}
"""Folders of a package, and what lies in them."""
