// The page of any record of a ledger: its files.

import { whenLanded } from "./uploads.js";

whenLanded(() => window.location.reload());
