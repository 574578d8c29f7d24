/** The duty lead's wall: asked again when the queue or the hall changes, and every few seconds. */
import { pageData } from "portal/dom.js";
import { Socket } from "portal/socket.js";
import { merged, refresh } from "./fragment.js";

const LOOK_EVERY_MS = 10_000;
const socket = new Socket("lead");
const again = merged(() => refresh(["wall", "wall-time"]));

socket.addEventListener("event", again);
socket.addEventListener("resumed", again);
for (const [stream, seen] of Object.entries(pageData("page").streams)) socket.follow(stream, Number(seen)).catch(() => undefined);
window.setInterval(again, LOOK_EVERY_MS);
