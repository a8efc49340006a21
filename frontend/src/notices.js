// Notices on every page: the bell counts them, a new one shows itself in the corner.

import { toast } from "./toast.js";

const MOST = 99;

function count(unread) {
  for (const bell of document.querySelectorAll("[data-unread]")) {
    let mark = bell.querySelector(".lc-count");
    if (!mark) {
      mark = document.createElement("span");
      mark.className = "lc-count";
      bell.append(mark);
    }
    mark.textContent = unread > MOST ? `${MOST}+` : String(unread);
    mark.hidden = !unread;
  }
}

document.addEventListener("live:notice", ({ detail: { data } }) => {
  if (data.unread !== undefined) count(data.unread);
  if (data.title) toast({ title: data.title, body: data.body || "", href: data.url || "", kind: "info" });
});
