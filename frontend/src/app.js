import "./polyfills.js";
import "./toast.js";
import "./live.js";
import "./notices.js";
import "./timers.js";
import "./forms.js";
import "./shell.js";
