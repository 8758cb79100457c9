export { errorCode, isThere, linked, readIfThere, writeWhole } from './files.js';
export { freePort, freePorts, LOOPBACK } from './free-ports.js';
export { type Page, type ShowPage, SideServer } from './side-server.js';
