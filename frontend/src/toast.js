// Short notices in the corner. They are announced, stay while pointed at, and close with a button.

import { icon, text } from "./page.js";

const SHOWN_MS = 6000;
const ICONS = {
  success: "circle-check", info: "info-circle", warning: "alert-triangle", danger: "alert-circle",
};

function shelf() {
  let place = document.getElementById("lc-toasts");
  if (!place) {
    place = document.createElement("div");
    place.id = "lc-toasts";
    place.setAttribute("role", "region");
    place.setAttribute("aria-label", text("notices"));
    document.body.append(place);
  }
  return place;
}

function closeLater(notice) {
  let timer = 0;
  const start = () => { timer = window.setTimeout(() => notice.remove(), SHOWN_MS); };
  notice.addEventListener("pointerenter", () => window.clearTimeout(timer));
  notice.addEventListener("pointerleave", start);
  start();
}

/** Show a notice; `kind` is success, info, warning or danger. A danger stays until it is closed. */
export function toast({ title, body = "", kind = "info", href = "" }) {
  const notice = document.createElement("div");
  notice.className = `lc-toast lc-toast-${kind}`;
  notice.setAttribute("role", kind === "danger" ? "alert" : "status");
  const words = document.createElement(href ? "a" : "div");
  words.className = "lc-toast-words";
  if (href) words.href = href;
  const head = document.createElement("strong");
  head.textContent = title;
  words.append(head);
  if (body) {
    const more = document.createElement("span");
    more.textContent = body;
    words.append(more);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "lc-toast-close";
  close.setAttribute("aria-label", text("close"));
  close.append(icon("x"));
  close.addEventListener("click", () => notice.remove());
  notice.append(icon(ICONS[kind] || ICONS.info), words, close);
  shelf().append(notice);
  if (kind !== "danger") closeLater(notice);
  return notice;
}

// A response of htmx may carry notices: HX-Trigger: {"toast": {"title": ..., "kind": ...}}
document.addEventListener("toast", (event) => toast(event.detail));

document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status !== 422) toast({ title: text("failed"), body: text("failed_how", { status }), kind: "danger" });
});
document.addEventListener("htmx:sendError", () => {
  toast({ title: text("unreachable"), body: text("unreachable_how"), kind: "danger" });
});

for (const message of document.querySelectorAll("[data-toast]")) {
  toast({ title: message.textContent.trim(), kind: message.dataset.toast });
}
