// The frame around every page: menu, open pages, display, dialogs, keyboard, palette.

import { enhance, icon, post, text, typing } from "./page.js";

const root = document.documentElement;
const body = document.body;
const YEAR_S = 31536000;

const remember = (name, value) => {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
};

// Menu

function toggleMenu() {
  if (window.matchMedia("(max-width: 991.98px)").matches) {
    root.classList.toggle("menu-open");
    return;
  }
  const narrow = root.dataset.menu !== "narrow";
  root.dataset.menu = narrow ? "narrow" : "wide";
  remember("lc_menu", root.dataset.menu);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-menu-toggle]")) toggleMenu();
  else if (event.target.closest("[data-menu-close]")) root.classList.remove("menu-open");
});

// Display: shown at once, kept by the server afterwards

enhance("form[data-display]", (form) => {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const field = form.elements.namedItem("theme") || form.elements.namedItem("type");
    const value = field.value;
    if (field.name === "theme") root.dataset.bsTheme = value;
    else root.dataset.type = value;
    for (const other of document.querySelectorAll(`form[data-display=${form.dataset.display}]`)) {
      const input = other.elements.namedItem(field.name);
      input.value = field.name === "theme"
        ? (value === "dark" ? "light" : "dark")
        : (value === "large" ? "normal" : "large");
    }
    document.dispatchEvent(new CustomEvent("display:change"));
    await post(form.action, { [field.name]: value });
  });
});

// Native disclosure menus close like menus

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.lc-dropdown[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  root.classList.remove("menu-open");
  for (const menu of document.querySelectorAll("details.lc-dropdown[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Dialogs: data-open="#id" opens, data-close closes; a click beside it closes

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    const dialog = document.querySelector(opener.dataset.open);
    if (dialog && !dialog.open) dialog.showModal();
    return;
  }
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog").close();
  else if (event.target instanceof HTMLDialogElement && event.target.matches("[data-light]")) event.target.close();
});

// htmx may fill a dialog; it opens when its content has come
document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target.closest && event.detail.target.closest("dialog[data-open-on-load]");
  if (dialog && !dialog.open) dialog.showModal();
});
document.addEventListener("dialog:close", () => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
});

// Open pages, kept for this window of the browser

const strip = document.querySelector("[data-page-tabs]");
const KEY = "lc-open-pages";
const MOST = 12;

const opened = () => {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) || "[]");
  } catch {
    return [];
  }
};
const keep = (pages) => sessionStorage.setItem(KEY, JSON.stringify(pages.slice(-MOST)));
const here = () => location.pathname;

function openedWithThis(title) {
  const pages = opened().filter((page) => page.path !== strip.dataset.home);
  const known = pages.find((page) => page.path === here());
  const address = location.pathname + location.search;
  if (known) Object.assign(known, { address, title });
  else if (here() !== strip.dataset.home) pages.push({ path: here(), address, title });
  return pages;
}

function closePage(path) {
  const pages = opened();
  const index = pages.findIndex((page) => page.path === path);
  const left = pages.filter((page) => page.path !== path);
  keep(left);
  if (path === here()) {
    const next = left[Math.min(index, left.length - 1)];
    location.assign(next ? next.address : strip.dataset.home);
  } else {
    drawTabs(left);
  }
}

function tab(page) {
  const item = document.createElement("div");
  item.className = "lc-page-tab";
  const link = document.createElement("a");
  link.href = page.address;
  link.textContent = page.title;
  link.title = page.title;
  if (page.path === here()) {
    item.classList.add("is-here");
    link.setAttribute("aria-current", "page");
  }
  const close = document.createElement("button");
  close.type = "button";
  close.setAttribute("aria-label", text("close_page", { title: page.title }));
  close.append(icon("x"));
  close.addEventListener("click", () => closePage(page.path));
  item.addEventListener("auxclick", (event) => { if (event.button === 1) closePage(page.path); });
  item.append(link, close);
  return item;
}

function drawTabs(pages) {
  strip.querySelectorAll(".lc-page-tab:not([data-fixed])").forEach((old) => old.remove());
  strip.append(...pages.map(tab));
  const current = strip.querySelector(".is-here");
  if (current) current.scrollIntoView({ block: "nearest", inline: "nearest" });
}

if (strip && !strip.hasAttribute("data-skip")) {
  const pages = openedWithThis(strip.dataset.title);
  keep(pages);
  drawTabs(pages.slice(-MOST));
}
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-pages]")) {
    keep([]);
    location.assign(strip.dataset.home);
  }
  if (event.target.closest("[data-sign-out]")) sessionStorage.removeItem(KEY);
});

// Palette: pages of the menu at once, records from the server

const palette = document.getElementById("lc-palette");
if (palette) {
  const box = palette.querySelector("input");
  const pages = [...palette.querySelectorAll("[data-words]")];
  const rows = () => [...palette.querySelectorAll("[role=option]:not([hidden])")];

  const mark = (row) => {
    for (const other of palette.querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
    if (!row) {
      box.removeAttribute("aria-activedescendant");
      return;
    }
    row.setAttribute("aria-selected", "true");
    box.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  };
  const filter = () => {
    const wanted = box.value.trim().toLowerCase();
    for (const row of pages) row.hidden = Boolean(wanted) && !row.dataset.words.includes(wanted);
    mark(rows()[0]);
  };
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
    mark(all[(at + step + all.length) % all.length]);
  };

  box.addEventListener("input", filter);
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter") {
      const chosen = palette.querySelector("[role=option][aria-selected=true]:not([hidden])");
      if (chosen) location.assign(chosen.href);
    } else return;
    event.preventDefault();
  });
  palette.addEventListener("htmx:afterSwap", () => { if (!palette.querySelector("[aria-selected=true]")) mark(rows()[0]); });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]")) openPalette();
  });
  palette.openPalette = () => {
    if (!palette.open) palette.showModal();
    box.select();
    filter();
  };
}

function openPalette() {
  if (palette) palette.openPalette();
}

// Keyboard. A page adds its own with data-key="n" on a link or button.

const shortcuts = document.getElementById("lc-shortcuts");
let leader = 0;

function follow(key) {
  const target = [...document.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key === key && element.offsetParent !== null,
  );
  if (!target) return false;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) target.focus();
  else target.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.altKey && /^[1-9]$/.test(event.key)) {
    const links = document.querySelectorAll(".lc-page-tab > a");
    const link = links[Number(event.key) - 1];
    if (link) {
      event.preventDefault();
      link.click();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (leader && Date.now() - leader < 1500) {
    leader = 0;
    if (follow(`g ${event.key}`)) event.preventDefault();
    return;
  }
  if (event.key === "g") leader = Date.now();
  else if (event.key === "/") {
    event.preventDefault();
    openPalette();
  } else if (event.key === "?" && shortcuts) shortcuts.showModal();
  else if (follow(event.key)) event.preventDefault();
});

// Trees beside lists: arrow keys walk, as in a file manager; a box narrows them
enhance(".lc-tree", (tree) => {
  const shown = () => [...tree.querySelectorAll(".lc-tree-node > a, .lc-tree-row > a")].filter((link) => link.offsetParent);
  tree.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const links = shown();
    const from = links.indexOf(document.activeElement);
    if (!step || from < 0) return;
    event.preventDefault();
    (links[from + step] || links[from]).focus();
  });
  const box = tree.parentElement.querySelector("[data-tree-filter]");
  if (!box) return;
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLowerCase();
    for (const item of tree.querySelectorAll("li")) {
      item.hidden = Boolean(wanted) && !item.textContent.toLowerCase().includes(wanted);
      const branch = item.querySelector(":scope > details");
      if (wanted && branch && !item.hidden) branch.open = true;
    }
  });
});

// A filter bar keeps its extra fields folded until asked for
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-unfold]");
  if (!button) return;
  const bar = button.closest("form");
  const open = bar.classList.toggle("is-unfolded");
  button.setAttribute("aria-expanded", String(open));
  button.querySelector("[data-unfold-words]").textContent = open ? button.dataset.fold : button.dataset.unfold;
});

// A full-screen button for walls
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-full-screen]")) return;
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen();
});

if (body.dataset.language) root.lang = body.dataset.language;
