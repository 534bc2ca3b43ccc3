// A page without a form, for instance after the close: a ballot with a signed slip may still be on its way.

import { resume } from "./earlier.js";

const [, wave] = /^\/s\/([^/]+)/.exec(location.pathname) ?? [];
if (wave) resume(wave);
