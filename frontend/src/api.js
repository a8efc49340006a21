// Talking to our own API: JSON both ways, with the session and its CSRF token.

import { csrfToken, now } from "./page.js";

/** A key under which the server takes a thing once, however often it is sent. */
export function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * One request. Never throws: `status` 0 is no network. `again` says that the same request may be
 * sent once more and succeed: no network, server away, too many requests.
 */
export async function ask(method, address, { body, key } = {}) {
  const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  try {
    const answer = await fetch(address, {
      method, headers, credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const said = await answer.json().catch(() => ({}));
    const again = answer.status >= 500 || answer.status === 429;
    return { ok: answer.ok, status: answer.status, said, again };
  } catch (lost) {
    return { ok: false, status: 0, said: {}, again: true };
  }
}

export const pageData = () => JSON.parse(document.getElementById("page-data").textContent);

/** A text with `{name}` replaced from `values`. */
export const filled = (pattern, values = {}) =>
  pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

/** An element with a class, a text and children. */
export function make(tag, className = "", words = "", ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (words !== "") element.textContent = words;
  element.append(...children);
  return element;
}

/** Where the digits of a clock go; filled at once, so that drawing anew does not blink. */
function digitsUntil(due) {
  const left = Math.floor(Math.abs((Date.parse(due) - now()) / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const digits = make("span", "", `${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`);
  digits.dataset.clock = "";
  return digits;
}

/** A counting clock as `timers.js` draws it. */
export function countingClock(clock, label) {
  const place = make("span", "lc-clock");
  place.dataset.countdown = clock.due;
  const length = (Date.parse(clock.due) - Date.parse(clock.since)) / 1000;
  place.dataset.warn = String(Math.round(length / 3));
  place.setAttribute("role", "timer");
  place.append(make("span", "d-clock-name", label), document.createTextNode(" "));
  place.append(digitsUntil(clock.due));
  return place;
}

export const GRADE_TONES = { 1: "danger", 2: "warning", 3: "primary", 4: "neutral" };

export function badge(words, tone) {
  const mark = make("span", `lc-badge lc-tone-${tone}`);
  mark.append(make("span", "", words));
  return mark;
}
