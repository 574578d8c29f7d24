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
 *            size: number, page: number, pages: number, added_ms: number,
 *            origin: {issuer: string, number: string, valid_until: string, case_number: string} | null}} VersionShown
 *
 * @typedef {{text: string, verify_days: number, digest: string, barred: boolean, commitment_id: string, state: string | null, made_ms: number | null, verify_by_ms: number | null}} PromiseShown
 *
 * @typedef {{id: string, code: string, name: string, what: string, state: "held" | "given_back" | "archived", place: string, holder: string, taken_ms: number, since_ms: number}} OriginalShown
 *
 * @typedef {{opinion: "meets" | "replace" | "missing", words: string, reviewer: string, noted_ms: number}} OpinionShown
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
 * @property {string[]} sources where it may come from
 * @property {PromiseShown | null} promise what may be promised in its place
 * @property {OpinionShown | null} opinion what a reviewer thought of it before acceptance
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
 * @property {number | null} supplement_days the item's own term in working days
 * @property {string} lapses the rule by which a supplement that does not come counts as withdrawn
 * @property {boolean} call_required
 * @property {boolean} desk_review_allowed
 * @property {boolean} instant
 * @property {boolean} no_output
 *
 * @typedef {object} PersonTable
 * @property {{code: string, label: string}[]} columns
 * @property {{shown: string, reveal: string}[][]} rows
 *
 * @typedef {{role: string, name: string, id_number: string, reveal_name: string, reveal_number: string}} PresentShown
 *
 * @typedef {{sheet: string, row: number, column: string, title: string, fault: string, words: string, about: string}} BadCell
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
 * @typedef {{number: number, target: string, label: string, reason: string, words: string, bring: string,
 *            answered: "supplied" | "explained" | null, explained: string}} PointShown
 *
 * @typedef {{round: number, due_ms: number, channel: "at_window" | "in_call" | null, points: PointShown[]}} NoticeFacts
 *
 * @typedef {{field: string, name: string, target: string, label: string, reason: string, shown: string, masked: boolean}} LeftOut
 *
 * @typedef {{platform: string, ref: string, left_out: LeftOut[]}} CaseLaunch
 *
 * @typedef {"draft" | "accepted" | "in_first_review" | "returned_to_outlet" | "supplement_required" |
 *           "approved" | "refused" | "handed_back" | "issued" | "completed" | "withdrawn" | "lapsed"} CaseState
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
 * @property {PersonTable | null} persons
 * @property {PresentShown[]} present who came with the applicant
 * @property {{channel: string, outlet_id: string | null, outlet: string, address: Record<string, string>, tracking_number: string, delivered_ms: number | null}} channel
 * @property {SlotShown[]} materials
 * @property {OriginalShown[]} originals paper originals that the office took in
 * @property {string | null} digest
 * @property {{target: string, reason: string, note: string}[]} faults
 * @property {NoticeFacts | null} notice the list that waits for its supplement
 * @property {number} notice_rounds
 * @property {"asked" | "allowed" | "refused" | null} further_notice
 * @property {DecisionShown | null} decision
 * @property {Record<string, number | null>} moments
 * @property {number} stream_seq
 * @property {boolean} at_desk a draft of the pre-fill desk that nobody has taken over
 * @property {string} prepared_by number of the usher
 * @property {string[]} at_hand codes of the materials that the usher saw
 *
 * @typedef {"identity" | "fill" | "materials" | "sign" | "accept" | "hall" | "issue" | "done" | "supplement"} Step
 *
 * @typedef {{id: string, number: string, name: string, profile: string, outlet: string}} WindowFacts
 */
export {};
