// Files of a record's page: sent one after the other, with progress, and looked at over the page.

import { freshKey, make, pageData } from "./api.js";
import { faultOf, sendFile } from "./files.js";

let landed = () => {};

/** What is done once all files have arrived, on a page that does not hear of them live. */
export function whenLanded(deed) {
  landed = deed;
}

// The lines are drawn anew when news has replaced the card.
const terms = pageData().files;
let uploads = [];
let isSending = false;

function drawUploads() {
  const place = document.getElementById("file-uploads");
  if (place) place.replaceChildren(...uploads.map(lineOf));
}

function lineOf(upload) {
  const line = make("li", upload.why ? "lc-upload is-refused" : "lc-upload", upload.file.name);
  line.dataset.upload = upload.key;
  if (!upload.why) {
    const bar = make("progress");
    bar.max = 1;
    bar.value = upload.share;
    bar.setAttribute("aria-label", upload.file.name);
    line.append(make("span", "lc-progress", "", bar));
    return line;
  }
  line.append(make("span", "lc-small", ` ${upload.why}`));
  if (upload.again) line.append(pressed(terms.texts.retry, () => { upload.why = ""; sendAll(); }));
  line.append(pressed(terms.texts.drop, () => { uploads = uploads.filter((each) => each !== upload); }));
  return line;
}

function pressed(words, deed) {
  const button = make("button", "btn btn-small btn-plain", words);
  button.type = "button";
  button.addEventListener("click", () => { deed(); drawUploads(); });
  return button;
}

async function sendAll() {
  if (isSending) return;
  isSending = true;
  for (let next = waiting(); next; next = waiting()) {
    const upload = next;
    const progress = (share) => {
      upload.share = share;
      const bar = document.querySelector(`[data-upload="${upload.key}"] progress`);
      if (bar) bar.value = share;
    };
    const { ok, again, why } = await sendFile(upload.address, upload.file, { key: upload.key, terms, progress });
    if (ok) uploads = uploads.filter((each) => each !== upload);
    else Object.assign(upload, { why, again });
    drawUploads();
  }
  isSending = false;
  if (!uploads.length) landed();
}

const waiting = () => uploads.find((each) => !each.why);

document.addEventListener("change", ({ target }) => {
  if (target.id !== "file-input") return;
  for (const file of target.files) {
    uploads.push({ key: freshKey(), file, address: target.dataset.add, share: 0, why: faultOf(file, terms) });
  }
  target.value = "";
  drawUploads();
  sendAll();
});
document.addEventListener("htmx:afterSwap", drawUploads);

// A picture opens over the page; with a modifier key or without a script it is a link like any other.
const look = document.getElementById("file-look");
document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest("[data-look]");
  if (!link || !look || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const picture = look.querySelector("img");
  picture.src = link.href;
  picture.alt = link.dataset.look;
  look.querySelector("h2").textContent = link.dataset.look;
  look.showModal();
});
