/** Starts the clerk's page. */
import { pageData } from "portal/dom.js";
import { WindowPage, wireWithdrawal } from "./window_page.js";

const page = new WindowPage(pageData("page-data"));
wireWithdrawal(page);
await page.start();
