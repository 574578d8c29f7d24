/** Starts the clerk's page. */
import { pageData } from "portal/dom.js";
import { WindowPage } from "./window_page.js";
import { wireWithdrawal } from "./withdraw_case.js";

const page = new WindowPage(pageData("page-data"));
wireWithdrawal(page);
await page.start();
