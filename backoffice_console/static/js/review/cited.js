/** A legal basis as papers cite it. */
import { t } from "portal/i18n.js";

/** @param {{act: string, article: string}} basis */
export function cited(basis) {
  return t("“%(act)s” %(article)s", basis);
}
