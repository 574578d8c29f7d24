/**
 * Shapes of the counter's interface (outlet_client/shapes), for the type checker alone.
 *
 * @typedef {object} FieldShown
 * @property {string} code
 * @property {string} label
 * @property {"text" | "name" | "id_number" | "credit_code" | "bank_card" | "phone" | "date" | "choice" | "money"} kind
 * @property {boolean} required
 * @property {string[]} choices
 * @property {string} hint
 * @property {string} value masked where `reveal` is not empty
 * @property {string} reveal
 * @property {"today" | null} [not_after] last day a date may name
 *
 * @typedef {{id: string, version: number, grade: string, source: string, check: string, media_type: string,
 *            size: number, page: number, pages: number, added_ms: number}} VersionShown
 *
 * @typedef {object} SlotShown
 * @property {string} code
 * @property {string} name
 * @property {string} note
 * @property {string} basis
 * @property {boolean} required
 * @property {string} grade
 * @property {number} pages how many the item asks for
 * @property {number[]} good_pages those that would be accepted
 * @property {boolean} enough
 * @property {VersionShown[]} versions newest first
 *
 * @typedef {object} ItemShown
 * @property {string} code
 * @property {string} name
 * @property {string[]} applicants
 * @property {string[]} conditions
 * @property {{kind: "must" | "branch" | "stop", text: string}[]} steps
 * @property {string[]} follow_up
 * @property {string} result
 * @property {number} promised_days
 * @property {boolean} call_required
 * @property {boolean} desk_review_allowed
 * @property {boolean} instant
 * @property {boolean} no_output
 *
 * @typedef {object} DecisionShown
 * @property {"approved" | "refused"} outcome
 * @property {string} reviewer
 * @property {string} transaction_number
 * @property {{label: string, before: string, after: string}[]} changes
 * @property {string[]} reasons
 * @property {string} text
 * @property {string | null} remedy
 *
 * @typedef {"draft" | "accepted" | "in_first_review" | "returned_to_outlet" | "approved" | "refused" |
 *           "handed_back" | "issued" | "completed" | "withdrawn"} CaseState
 *
 * @typedef {object} CasePage
 * @property {string} id
 * @property {string} number
 * @property {number} version
 * @property {CaseState} state
 * @property {"desk" | "call" | "window" | null} road
 * @property {string | null} outcome
 * @property {ItemShown} item
 * @property {Record<string, FieldShown>} applicant
 * @property {FieldShown[]} fields
 * @property {SlotShown[]} materials
 * @property {string | null} digest
 * @property {{target: string, reason: string, note: string}[]} faults
 * @property {DecisionShown | null} decision
 * @property {Record<string, number | null>} moments
 * @property {number} stream_seq
 *
 * @typedef {"identity" | "fill" | "materials" | "sign" | "accept" | "hall" | "issue" | "done"} Step
 *
 * @typedef {{id: string, number: string, name: string, profile: string, outlet: string}} WindowFacts
 */
export {};
