"""Refusals of acts on a case (casework.policy.refusals)."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

CASE_ROWS: dict[str, ErrorRow] = {
    "C-01": ErrorRow(
        409,
        N_("The case does not stand where this is possible"),
        N_("Nothing was changed. Refresh the page: it shows what can be done now."),
    ),
    "C-02": ErrorRow(
        403,
        N_("You hold no certificate for this kind of item"),
        N_("You can look at the case. Ask the duty lead to hand it to a certified colleague."),
    ),
    "C-03": ErrorRow(
        403,
        N_("Your outlet may not accept this item"),
        N_(
            "Nothing was opened. Tell the citizen which outlet accepts it, or call the hall for advice."
        ),
    ),
    "C-04": ErrorRow(
        409,
        N_("The identity has not been confirmed"),
        N_("What was filled in is kept. Confirm the identity first, then go on."),
    ),
    "C-05": ErrorRow(
        422,
        N_("The form is not complete"),
        N_("What was filled in is kept. Fill in the marked fields, then go on."),
    ),
    "C-06": ErrorRow(
        422,
        N_("Required materials are missing"),
        N_("The case is kept as it is. Capture or replace the marked materials, then go on."),
    ),
    "C-07": ErrorRow(
        409,
        N_("The application has not been signed"),
        N_("The case is kept as it is. Read the form back and have it signed, then go on."),
    ),
    "C-08": ErrorRow(
        409,
        N_("The application was changed after it was read back"),
        N_("Nothing was signed. Read the form back once more, then sign."),
    ),
    "C-09": ErrorRow(
        403,
        N_("Whoever accepted a case may not review it"),
        N_("You can look at the case. Another reviewer will take it."),
    ),
    "C-10": ErrorRow(
        403,
        N_("Whoever reviewed a case may not issue its result"),
        N_("You can look at the case. A colleague at the window issues it."),
    ),
    "C-11": ErrorRow(
        409,
        N_("Your hold on the case has run out"),
        N_("Notes are kept. Take the case again to go on."),
    ),
    "C-12": ErrorRow(
        409,
        N_("Reviewer No. %(holder)s is working on this case"),
        N_("You can look at it, but not change it."),
    ),
    "C-13": ErrorRow(
        409,
        N_("A prepared decision is waiting"),
        N_("Confirm it or take it back first, then go on."),
    ),
    "C-14": ErrorRow(
        409,
        N_("The prepared decision is gone"),
        N_("It was taken back, or the call broke off; nothing was decided. Prepare it again."),
    ),
    "C-15": ErrorRow(
        409,
        N_("The confirmation came too late"),
        N_("Nothing was decided. Look at the case once more and prepare the decision again."),
    ),
    "C-16": ErrorRow(
        409,
        N_("The case changed after the decision was prepared"),
        N_("Nothing was decided. Look at what changed and prepare the decision again."),
    ),
    "C-17": ErrorRow(
        409,
        N_("This item is approved only by call"),
        N_("The case is kept. Call the window, or make an appointment."),
    ),
    "C-18": ErrorRow(
        409,
        N_("This call does not belong to the case"),
        N_("Nothing was changed. Open the case that this call is about."),
    ),
    "C-19": ErrorRow(
        409,
        N_("The recording is interrupted, so this item cannot be approved now"),
        N_("The call goes on. Start a new call, switch to desk review, or make an appointment."),
    ),
    "C-20": ErrorRow(
        409,
        N_("The recording has a gap where it must be whole"),
        N_("The call goes on. Repeat the check on camera, or start a new call."),
    ),
    "C-21": ErrorRow(
        409,
        N_("It is too late to decide on this call"),
        N_("The case is kept. Start a new call to approve."),
    ),
    "C-22": ErrorRow(
        409,
        N_("Somebody present has not agreed to the recording"),
        N_("The case is kept. Use desk review, or make an appointment."),
    ),
    "C-23": ErrorRow(
        409,
        N_("The identity was not confirmed on camera"),
        N_("The call goes on. Compare face and document and ask one question, then decide."),
    ),
    "C-24": ErrorRow(
        422,
        N_("The transaction number of the business system is missing"),
        N_("What was filled in is kept. Enter the number, then approve."),
    ),
    "C-25": ErrorRow(
        422,
        N_("Values before or after the change are missing"),
        N_("What was filled in is kept. Complete the marked values, then approve."),
    ),
    "C-26": ErrorRow(
        422,
        N_("A refusal needs reasons and the remedy"),
        N_("What was filled in is kept. Choose the reason, state it, and tell what can be done."),
    ),
    "C-27": ErrorRow(
        422,
        N_("Say what the window shall mend"),
        N_("What was filled in is kept. Name at least one thing to mend, then return the case."),
    ),
    "C-28": ErrorRow(
        409,
        N_("Not everything returned has been mended"),
        N_("What was mended is kept. Change the marked things, then submit again."),
    ),
    "C-29": ErrorRow(
        409,
        N_("The receiver has not been checked"),
        N_("The result is ready. Check who receives it, then issue it."),
    ),
    "C-30": ErrorRow(
        409,
        N_("This case has been rated already"),
        N_("The first rating counts. Thank you."),
    ),
    "C-31": ErrorRow(
        404,
        N_("No case is waiting for you"),
        N_("New cases appear by themselves. You can answer calls meanwhile."),
    ),
    "C-32": ErrorRow(
        409,
        N_("The item does not allow this way of review"),
        N_("The case is kept. Choose the other way, or make an appointment."),
    ),
    "C-33": ErrorRow(
        422,
        N_("Say why you look into this case"),
        N_("Nothing was opened. State the purpose, then open it."),
    ),
    "C-34": ErrorRow(
        422,
        N_("The picture or file cannot be opened"),
        N_("Earlier versions are kept. Take it again, or choose a JPEG, PNG or PDF."),
    ),
    "C-35": ErrorRow(
        413,
        N_("The picture or file is too large"),
        N_("Earlier versions are kept. Take it again, or choose a smaller file."),
    ),
    "C-36": ErrorRow(
        409,
        N_("No version of this item is in force today"),
        N_("Nothing was opened. Ask the hall which item applies."),
    ),
    "C-37": ErrorRow(
        409,
        N_("The result has not been issued yet"),
        N_("The case is kept. Issue the result first, then close the case."),
    ),
    "C-39": ErrorRow(
        409,
        N_("Notice, identity or declaration is not on record yet"),
        N_("The call goes on. Do and mark the missing step in the call, then approve."),
    ),
    "C-38": ErrorRow(
        409,
        N_("The case went on while its package was made"),
        N_("The package is made again by itself."),
    ),
    "C-40": ErrorRow(
        409,
        N_("The citizen's picture is paused, so nobody can be approved or identified now"),
        N_(
            "The call goes on with sound. Wait until the picture is back, then check on camera again."
        ),
    ),
    "C-41": ErrorRow(
        409,
        N_("The call was interrupted, and it was not checked again who is there"),
        N_("Ask the name and one varied question in the call and confirm both, then approve."),
    ),
    "C-42": ErrorRow(
        409,
        N_("The call was interrupted: this item begins anew"),
        N_("Say the notice, check the identity and hear the wish again in the call, then approve."),
    ),
    "C-70": ErrorRow(
        409,
        N_("The result goes to the applicant in another way"),
        N_("The case is kept. Look how the result is to be handed over, or change that first."),
    ),
    "C-43": ErrorRow(
        409,
        N_("The destruction of this case was asked for already"),
        N_("Nothing was changed. Look at the request that is there."),
    ),
    "C-44": ErrorRow(
        409,
        N_("This request to destroy was confirmed or withdrawn already"),
        N_("Nothing was changed. Refresh the page to see how it ended."),
    ),
    "C-45": ErrorRow(
        403,
        N_("A second administrator has to confirm the destruction"),
        N_("Nothing was destroyed. Whoever asked for it cannot confirm it."),
    ),
    "C-46": ErrorRow(
        409,
        N_("The time for second thoughts is not over"),
        N_("Nothing was destroyed. Confirm when the waiting time has passed."),
    ),
    "C-47": ErrorRow(
        409,
        N_("A call of this case is not over"),
        N_("Nothing was changed. Ask again once the call and its recording have ended."),
    ),
}
