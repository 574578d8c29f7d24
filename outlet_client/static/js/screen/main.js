/** Starts the citizen's screen. */
import { pageData } from "portal/dom.js";
import { ScreenPage } from "./screen_page.js";

await new ScreenPage(pageData("page-data")).start();
