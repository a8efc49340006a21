// One incident's page: orders called off with a reason, and no typed word lost to a refresh.

import "./dispatch.css";
import { ask, freshKey } from "./api.js";
import { toast } from "./toast.js";
import "./uploads.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest && event.target.closest("[data-api-post]");
  if (!button) return;
  const reason = window.prompt(button.dataset.ask);
  if (!reason) return;
  button.disabled = true;
  const answer = await ask("POST", button.dataset.apiPost, { body: { reason }, key: freshKey() });
  button.disabled = false;
  if (!answer.ok) toast({ title: answer.said.message || String(answer.status), kind: "danger" });
});

// News must not wipe what somebody is typing: the page is drawn anew once he is done.
const part = document.getElementById("incident");
let owed = false;

const isTyping = () => {
  const field = document.activeElement;
  const isField = /^(INPUT|TEXTAREA|SELECT)$/.test(field.tagName) && field.type !== "file";
  return part && ((part.contains(field) && isField) || isBegun());
};

/** A word typed and left for a moment, or an action unfolded, waits for its owner. */
const isBegun = () => Boolean(part.querySelector("details[open]"))
  || [...part.querySelectorAll("textarea, input:not([type=hidden]):not([type=file])")].some((field) => field.value !== field.defaultValue);

document.addEventListener("refresh", (event) => {
  if (event.target !== part || !isTyping()) return;
  owed = true;
  event.stopImmediatePropagation();
}, true);

document.addEventListener("focusout", () => {
  window.setTimeout(() => {
    if (owed && !isTyping()) {
      owed = false;
      part.dispatchEvent(new CustomEvent("refresh"));
    }
  }, 200);
});
