/** The page of a visit: what was typed for it is saved now, or was left on purpose. */
import { pageData } from "portal/dom.js";
import { Kept } from "../kept.js";

const page = pageData("page-data");
const kept = new Kept(page.kept);
for (const name of page.drafts) for (const one of await kept.list(`draft.${name}`)) await kept.drop(one.name);
