// Lists: keyboard, choosing rows, ordering columns, folding filters. Texts come from the page.

const typing = (target) =>
  target instanceof HTMLElement
  && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const rows = () => [...document.querySelectorAll("[data-list-row]")];

function step(by) {
  const all = rows();
  if (!all.length) return;
  const here = all.indexOf(document.activeElement && document.activeElement.closest("[data-list-row]"));
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
}

const open = (row) => {
  if (row && row.dataset.href) window.location.assign(row.dataset.href);
};

const focusedRow = () => document.activeElement && document.activeElement.closest("[data-list-row]");

const KEYS = {
  "/": () => {
    const search = document.querySelector("[data-list-search]");
    if (search) { search.focus(); search.select(); }
    return Boolean(search);
  },
  j: () => { step(1); return true; },
  k: () => { step(-1); return true; },
  x: () => {
    const row = focusedRow();
    const box = row && row.querySelector("input[name=ids]");
    if (box) box.click();
    return Boolean(box);
  },
  Enter: () => {
    const row = document.activeElement;
    if (!row || !row.matches("[data-list-row]")) return false;
    open(row);
    return true;
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (typing(event.target) && event.target.type !== "checkbox") return;
  const act = KEYS[event.key];
  if (act && act()) event.preventDefault();
});

function countChosen() {
  const bar = document.querySelector("[data-list-bulk]");
  if (!bar) return;
  const boxes = [...document.querySelectorAll("#list-rows input[name=ids]")];
  const chosen = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("tr").classList.toggle("is-chosen", box.checked);
  const words = bar.querySelector("[data-list-chosen]");
  words.textContent = words.dataset.listChosen.replace("{count}", String(chosen.length));
  bar.hidden = chosen.length === 0;
  const all = document.querySelector("[data-list-all]");
  all.checked = boxes.length > 0 && chosen.length === boxes.length;
  all.indeterminate = chosen.length > 0 && !all.checked;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-list-all]")) {
    for (const box of document.querySelectorAll("#list-rows input[name=ids]")) box.checked = event.target.checked;
  }
  if (event.target.matches("[data-list-all], input[name=ids]")) countChosen();
});

document.addEventListener("click", (event) => {
  const turn = event.target.closest("[data-list-turn]");
  if (turn) {
    const place = turn.closest("li").querySelector(".lc-tree-place");
    const opened = turn.getAttribute("aria-expanded") !== "true";
    turn.setAttribute("aria-expanded", String(opened));
    place.hidden = !opened;
    return;
  }
  const row = event.target.closest("[data-list-row]");
  if (row && !event.target.closest("a, button, input, label, td.is-tight") && !String(window.getSelection())) open(row);
});

function orderable(list) {
  if (list.dataset.ready) return;
  list.dataset.ready = "1";
  for (const item of list.children) {
    for (const [words, sign, move] of [
      [list.dataset.up, "↑", () => item.previousElementSibling && item.previousElementSibling.before(item)],
      [list.dataset.down, "↓", () => item.nextElementSibling && item.nextElementSibling.after(item)],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = sign;
      button.setAttribute("aria-label", `${words} ${item.textContent.trim()}`);
      button.addEventListener("click", () => { move(); button.focus(); });
      item.append(button);
    }
  }
}

function start() {
  document.querySelectorAll("[data-list-columns]").forEach(orderable);
  countChosen();
}

start();
document.addEventListener("htmx:load", start);
