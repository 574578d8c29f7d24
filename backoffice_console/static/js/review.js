/** The page of a case under review, with or without a call. */
import { openReview } from "./review/open.js";
import { openStation } from "./station.js";

await openReview(openStation());
