// Sending files: refused before they leave where that is certain, with progress, each taken once.

import { filled } from "./api.js";
import { csrfToken } from "./page.js";

/** Why this file cannot be taken, or nothing. `terms` are what `upload_terms` of the server says. */
export function faultOf(file, terms) {
  const extension = (/\.([^.]+)$/.exec(file.name) || ["", ""])[1].toLowerCase();
  const limit = terms.limits[extension];
  const kinds = Object.keys(terms.limits).join(" ");
  if (limit === undefined) return filled(terms.texts.unknown, { kinds });
  if (!file.size) return terms.texts.empty;
  if (file.size <= limit) return "";
  const size = (file.size / terms.megabyte).toFixed(1);
  return filled(terms.texts.too_large, { size, limit: limit / terms.megabyte });
}

/**
 * One file on its way. Never throws; `again` says that the same file under the same key may be sent
 * once more. `why` are the server's words for a refusal.
 */
export function sendFile(address, file, { key, name, terms, progress }) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const lost = () => done({ ok: false, again: true, why: terms.texts.failed });
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable && progress) progress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      const { status, response } = request;
      if (status >= 500 || status === 429) return lost();
      const refused = response && response.refused && response.refused[0];
      const why = refused ? refused.reason : status === 404 ? terms.texts.closed : terms.texts.failed;
      return done({ ok: status === 201, again: false, why });
    });
    request.addEventListener("error", lost);
    request.addEventListener("abort", lost);
    const form = new FormData();
    form.append("key", key);
    form.append("file", file, name || file.name);
    request.send(form);
  });
}

// Files that wait for the network live in the browser's own database: they outlast a closed page.

const STORE = "files";

function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open("lc-unsent-files", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function stored(mode, deed) {
  const base = await opened();
  try {
    return await new Promise((done, failed) => {
      const deal = base.transaction(STORE, mode);
      const asked = deed(deal.objectStore(STORE));
      deal.oncomplete = () => done(asked.result);
      deal.onerror = () => failed(deal.error);
      deal.onabort = () => failed(deal.error);
    });
  } finally {
    base.close();
  }
}

const held = new Map();

/** Keep a file under its key; in memory alone where the browser has no room for it. */
export async function keepFile(key, file) {
  held.set(key, file);
  try { await stored("readwrite", (files) => files.put(file, key)); } catch (full) { /* held */ }
}

export async function keptFile(key) {
  if (held.has(key)) return held.get(key);
  try { return await stored("readonly", (files) => files.get(key)); } catch (broken) { return undefined; }
}

export async function dropFile(key) {
  held.delete(key);
  try { await stored("readwrite", (files) => files.delete(key)); } catch (broken) { /* nothing to do */ }
}
