import { openStation } from "./station.js";

openStation({ entersCalls: true });
