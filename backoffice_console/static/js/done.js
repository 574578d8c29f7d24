import { openStation } from "./station.js";

openStation();
