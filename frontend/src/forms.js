// Forms: warn before typed text is lost, send once, send with Ctrl+Enter, go to the first mistake.

import { enhance, text } from "./page.js";

const changed = new Set();

function watch(form) {
  const touched = () => changed.add(form);
  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener("reset", () => changed.delete(form));
}

window.addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) {
    event.preventDefault();
    event.returnValue = "";
  }
});

enhance("form[data-guard]", watch);

document.addEventListener("submit", (event) => {
  const form = event.target;
  changed.delete(form);
  const question = (event.submitter && event.submitter.dataset.confirm) || form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.hasAttribute("hx-post") || form.method === "dialog" || form.target) return;
  // After the browser has read the form: a disabled button would not be part of it.
  window.setTimeout(() => {
    if (event.defaultPrevented) return;
    for (const button of form.querySelectorAll("button[type=submit],button:not([type])")) {
      button.disabled = true;
      button.classList.add("is-busy");
    }
  });
});

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("button.is-busy")) {
    button.disabled = false;
    button.classList.remove("is-busy");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target instanceof HTMLElement && event.target.closest("form");
  if (form) {
    event.preventDefault();
    form.requestSubmit();
  }
});

enhance("form", (form) => {
  const wrong = form.querySelector("[aria-invalid=true]");
  if (wrong) wrong.focus();
});

enhance("[data-copy]", (button) => {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    document.dispatchEvent(new CustomEvent("toast", { detail: { title: text("copied"), kind: "success" } }));
  });
});

// One tick box for all rows: <input type="checkbox" data-check-all="incident">
document.addEventListener("change", (event) => {
  const group = event.target.dataset && event.target.dataset.checkAll;
  if (!group) return;
  for (const box of document.querySelectorAll(`[data-check="${group}"]`)) {
    box.checked = event.target.checked;
  }
});

// A list of filters sends itself when a choice changes, if it asks for that.
document.addEventListener("change", (event) => {
  const form = event.target.closest && event.target.closest("form[data-send-on-change]");
  if (form) form.requestSubmit();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest && event.target.closest("[data-print]");
  if (button) window.print();
});
