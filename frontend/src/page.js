// What the server tells scripts about this page: texts, addresses, the time of its clock.

const read = (id) => {
  const block = document.getElementById(id);
  return block ? JSON.parse(block.textContent) : {};
};

const texts = read("lc-texts");

/** A text in the reader's language, with `{name}` replaced from `values`. */
export function text(key, values = {}) {
  const pattern = texts[key] || key;
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

/** Milliseconds by which the server's clock is ahead of this machine's. */
const ahead = document.body.dataset.now
  ? Date.parse(document.body.dataset.now) - performance.timeOrigin - performance.now()
  : 0;

/** The present moment by the server's clock, in milliseconds. */
export const now = () => Date.now() + ahead;

export const csrfToken = () => {
  const held = document.querySelector("[name=csrfmiddlewaretoken]");
  return document.body.dataset.csrf || (held ? held.value : "");
};

/** POST form fields to an address of ours. */
export function post(address, fields) {
  return fetch(address, {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" },
    body: new URLSearchParams(fields),
    credentials: "same-origin",
  });
}

/** Runs `start` on every matching element now and on those htmx brings later. */
export function enhance(selector, start) {
  const within = (root) => {
    if (root.matches && root.matches(selector)) once(root);
    root.querySelectorAll(selector).forEach(once);
  };
  const key = `lc:${selector}`;
  const once = (element) => {
    if (element[key]) return;
    element[key] = true;
    start(element);
  };
  within(document);
  document.addEventListener("htmx:load", (event) => within(event.detail.elt));
}

/** The element an icon of the sprite is drawn with. */
export function icon(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(namespace, "svg");
  drawing.setAttribute("class", "lc-icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(namespace, "use");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  drawing.append(use);
  return drawing;
}

export const typing = (target) =>
  target instanceof HTMLElement
  && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
