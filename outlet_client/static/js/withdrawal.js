/**
 * Taking back the agreement to be recorded, as the notice promises: at any time of a call, with one
 * question before it, and held back by nothing that is under way.
 */
import { confirmed } from "portal/dialog.js";
import { t } from "portal/i18n.js";
import { toastError } from "portal/toast.js";
import { button } from "./bits.js";

/** @typedef {import("signaling/call_session.js").CallSession} CallSession */

/**
 * Who may take an agreement back now.
 * @param {CallSession | null} call
 * @returns {{person: string, kind: string}[]} of citizen and agent, whoever has agreed
 */
export function agreedIn(call) {
  if (!call?.data || call.over || ["", "wrap_up"].includes(call.state)) return [];
  return Object.entries(/** @type {Record<string, any>} */ (call.data.persons ?? {}))
    .filter(([, one]) => ["citizen", "agent"].includes(one.kind) && one.answer === "agreed")
    .map(([person, one]) => ({ person, kind: one.kind }));
}

/**
 * One button for each who has agreed; who it is, is said only where there are several.
 * @param {{acts: import("./acts.js").Acts, call: CallSession | null, question: string, size?: string, kind?: string, withdraw: (call: CallSession, person: string) => Promise<unknown>}} what
 *   `withdraw` says it; `question` is what the person is asked before
 */
export function withdrawButtons({ acts, call, question, size = "", kind = "", withdraw }) {
  const agreed = agreedIn(call);
  return agreed.map((one) => {
    const name = `withdraw-${one.person}`;
    const who = one.kind === "agent" ? t("Take back the agent's agreement") : t("Take back the applicant's agreement");
    const run = async () => {
      const sure = await confirmed({ title: t("Take back the agreement to be recorded?"), words: question, yes: t("Take it back and end the call"), danger: true });
      // The call may have ended while the question stood there: then there is nothing to take back.
      if (!sure || !call || !agreedIn(call).some(({ person }) => person === one.person)) return;
      await acts.atOnce(name, () => withdraw(call, one.person)).catch(toastError);
    };
    return button({ label: agreed.length > 1 ? who : t("Take back the agreement"), action: "withdraw-consent", kind, size, busy: acts.shows(name), run: () => void run() });
  });
}

/**
 * Why a call ended without agreement, for the citizen.
 * @param {any} call snapshot of `call:ID`
 * @returns {{title: string, words: string} | null}
 */
export function endedForCitizen(call) {
  switch (call?.end_reason) {
    case "consent_withdrawn":
      return { title: t("You have taken back your agreement, the call has ended"), words: t("What was recorded until then is kept as evidence. Nothing more is recorded. The clerk goes on with your case in another way.") };
    case "refused_notice":
      return { title: t("You do not agree to be recorded, the call has ended"), words: t("The clerk goes on with your case in another way.") };
    default:
      return null;
  }
}
