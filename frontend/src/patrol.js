// The crew's phone: its tasks, big buttons, and a queue that sends what had no network.

import "./dispatch.css";
import { GRADE_TONES, ask, badge, countingClock, filled, freshKey, make, pageData } from "./api.js";
import { dropFile, faultOf, keepFile, keptFile, sendFile } from "./files.js";
import { icon } from "./page.js";

const page = pageData();
const texts = page.texts;
const root = document.getElementById("patrol");
const list = document.getElementById("tasks");
const API = "/api/dispatch/dispatches/";
const QUEUE = `lc-patrol-unsent-${page.person}`;
const RETRY_MS = 5000;

let tasks = page.tasks;
let queue = remembered();
const busy = { answers: false, files: false };

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(QUEUE) || "[]");
  } catch (broken) {
    return [];
  }
}

function remember() {
  try { localStorage.setItem(QUEUE, JSON.stringify(queue)); } catch (full) { /* still in memory */ }
}

/** Put an answer in line; it is sent at once if there is a network, in order, each once. */
function answer(task, step, body = {}) {
  queue.push({
    key: freshKey(), task: task.id, step, address: `${API}${task.id}/${step}`, body,
    words: `${texts[step === "return" ? "return" : step] || step} · ${task.incident.address}`, refused: "",
  });
  remember();
  draw();
  send();
}

/** Answers and files go side by side: a large picture on a slow line holds no answer up. */
function send() {
  sendLane("answers", (item) => !item.isFile, sendAnswer);
  if (queue.some((item) => item.isFile && !item.refused)) sendLane("files", (item) => item.isFile, sendKept);
}

async function sendLane(lane, isMine, sendOne) {
  if (busy[lane]) return;
  busy[lane] = true;
  const next = () => queue.find((item) => isMine(item) && !item.refused);
  for (let item = next(); item; item = next()) {
    const { ok, again, why } = await sendOne(item);
    if (again) break;
    if (ok) forget(item);
    else item.refused = why || "?";
    remember();
  }
  busy[lane] = false;
  await reload();
}

async function sendAnswer(item) {
  const { ok, again, said } = await ask("POST", item.address, { body: item.body, key: item.key });
  return { ok, again, why: said.message };
}

async function sendKept(item) {
  const file = await keptFile(item.key);
  if (!file) return { ok: false, again: false, why: page.files.texts.lost };
  const progress = (share) => {
    const bar = shelf.querySelector(`[data-unsent="${item.key}"] progress`);
    if (bar) bar.value = share;
  };
  return sendFile(item.address, file, { key: item.key, name: item.name, terms: page.files, progress });
}

function forget(item) {
  queue = queue.filter((each) => each !== item);
  if (item.isFile) dropFile(item.key);
}

/** Put files in line behind the answers; what cannot be taken says so at once. */
async function addFiles(task, files) {
  for (const file of files) {
    const refused = faultOf(file, page.files);
    const key = freshKey();
    if (!refused) await keepFile(key, file);
    queue.push({
      key, task: task.id, step: "file", isFile: true, address: task.files.add, name: file.name,
      words: `${file.name} · ${task.incident.address}`, refused,
    });
  }
  remember();
  draw();
  send();
}

async function reload() {
  const { ok, said } = await ask("GET", root.dataset.tasks);
  if (ok) tasks = said.tasks;
  draw();
}

const STEPS = {
  SENT: [["sign", "btn-primary"], ["return", "btn-plain"]],
  SIGNED: [["arrive", "btn-primary"], ["return", "btn-plain"]],
  ARRIVED: [["feedback", "btn-primary"], ["handle", "btn-default"], ["finish", "btn-plain"]],
};
const AFTER = { sign: "SIGNED", arrive: "ARRIVED" };

/** The task as it will be once everything in line has been sent. */
function ahead(task) {
  let shown = task;
  for (const item of queue) {
    if (item.task !== task.id || item.refused) continue;
    if (AFTER[item.step]) shown = { ...shown, status: AFTER[item.step] };
    if (item.step === "handle") shown = { ...shown, is_handling: true };
    if (["feedback", "return", "finish"].includes(item.step)) shown = { ...shown, status: "OVER" };
  }
  return shown;
}

function draw() {
  list.replaceChildren();
  const shown = tasks.map(ahead).filter((task) => task.status !== "OVER");
  const active = shown.filter((task) => task.status !== "QUEUED");
  for (const task of active) list.append(card(task));
  const waiting = shown.filter((task) => task.status === "QUEUED");
  if (waiting.length) list.append(make("h2", "d-phone-title", texts.queued), ...waiting.map(card));
  if (!shown.length) {
    const empty = make("div", "lc-empty d-phone-empty");
    empty.append(icon("circle-check"), make("strong", "", texts.none), make("p", "lc-soft", texts.none_how));
    list.append(empty);
  }
  drawQueue();
}

function card(task) {
  const incident = task.incident;
  const place = make("article", `lc-card d-task lc-tone-${GRADE_TONES[incident.grade]}`);
  place.dataset.task = task.id;
  place.dataset.status = task.status;
  const head = make("div", "d-task-head");
  head.append(badge(incident.grade_text, GRADE_TONES[incident.grade]), make("strong", "", incident.category));
  if (task.is_reinforcement) head.append(badge(texts.reinforcement, "info"));
  if (task.due) head.append(countingClock({ due: task.due, since: task.sent_at || task.due }, texts.due));
  place.append(head, make("p", "d-task-place", incident.address));
  if (incident.description) place.append(make("p", "", incident.description));
  const facts = make("p", "d-task-facts");
  for (const number of incident.plates) facts.append(make("span", "lc-plate is-blue", number));
  if (incident.injured) facts.append(badge(filled(texts.injured, { count: incident.injured }), "danger"));
  if (incident.has_hazardous_goods) facts.append(badge(texts.hazardous, "danger"));
  place.append(facts, make("p", "lc-soft lc-small", `${incident.number} · ${task.number}`));
  const buttons = make("div", "d-task-buttons");
  for (const [step, look] of STEPS[task.status] || []) {
    if (step === "handle" && task.is_handling) continue;
    if (step === "finish" && !task.is_reinforcement) continue;
    const button = make("button", `btn ${look} btn-wide`, texts[step]);
    button.type = "button";
    button.dataset.step = step;
    button.addEventListener("click", () => press(task, step));
    buttons.append(button);
  }
  if (task.status !== "QUEUED") buttons.append(adding(task, "camera", "camera"), adding(task, "gallery", "photo"));
  place.append(pictures(task), buttons);
  return place;
}

function adding(task, way, sign) {
  const button = make("button", "btn btn-default btn-wide", "", icon(sign), make("span", "", texts[way]));
  button.type = "button";
  button.dataset.add = way;
  button.addEventListener("click", () => {
    filing = task;
    inputs[way].click();
  });
  return button;
}

function pictures(task) {
  const strip = make("ul", "d-task-files");
  strip.setAttribute("aria-label", texts.files);
  for (const file of task.files.all) {
    const link = make("a", "", file.thumbnail ? "" : file.name);
    link.href = file.href;
    if (file.thumbnail) {
      const small = make("img");
      small.src = file.thumbnail;
      small.alt = file.name;
      link.append(small);
    }
    strip.append(make("li", "", "", link));
  }
  strip.hidden = !task.files.all.length;
  return strip;
}

function press(task, step) {
  if (step === "feedback") openFeedback(task);
  else if (step === "return") {
    const reason = window.prompt(texts.return_why);
    if (reason) answer(task, step, { reason });
  } else if (step === "arrive") answer(task, step, { entered_at: new Date().toISOString() });
  else answer(task, step);
}

// Pictures and files

const inputs = { camera: document.getElementById("camera"), gallery: document.getElementById("gallery") };
let filing = null;

for (const input of Object.values(inputs)) {
  input.addEventListener("change", () => {
    const chosen = [...input.files];
    input.value = "";
    if (filing) addFiles(filing, chosen);
  });
}

// Feedback

const dialog = document.getElementById("feedback");
const form = document.getElementById("feedback-form");
let reporting = null;

function openFeedback(task) {
  reporting = task;
  dialog.showModal();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!form.reportValidity()) return;
  const body = {};
  for (const control of form.elements) {
    if (!control.name) continue;
    if (control.type === "checkbox") body[control.name] = control.checked;
    else if (control.type === "number") body[control.name] = control.value === "" ? null : Number(control.value);
    else body[control.name] = control.value;
  }
  answer(reporting, "feedback", body);
  form.reset();
  dialog.close();
});

// What has not been sent

const shelf = document.getElementById("unsent");

function drawQueue() {
  shelf.replaceChildren();
  shelf.hidden = !queue.length;
  if (!queue.length) return;
  const open = queue.filter((item) => !item.refused).length;
  if (open) shelf.append(make("strong", "", filled(texts.unsent, { count: open })));
  const lines = make("ul");
  for (const item of queue) {
    const line = make("li", item.refused ? "is-refused" : "", item.words);
    line.dataset.unsent = item.key;
    if (item.isFile && !item.refused) {
      const bar = make("progress");
      bar.max = 1;
      bar.value = 0;
      bar.setAttribute("aria-label", item.name);
      line.append(make("span", "lc-progress", "", bar));
    }
    if (item.refused) {
      line.append(make("span", "lc-small", ` ${filled(texts.refused, { why: item.refused })} `));
      const drop = make("button", "btn btn-small btn-plain", texts.drop);
      drop.type = "button";
      drop.addEventListener("click", () => {
        forget(item);
        remember();
        draw();
      });
      line.append(drop);
    }
    lines.append(line);
  }
  shelf.append(lines);
}

document.addEventListener("live:tasks", (event) => {
  if (event.detail.kind === "sent" && navigator.vibrate) navigator.vibrate([300, 120, 300]);
  reload();
});
document.addEventListener("live:state", (event) => { if (event.detail.state === "on") send(); });
window.addEventListener("online", send);
window.setInterval(() => { if (queue.some((item) => !item.refused)) send(); }, RETRY_MS);

draw();
if (queue.length) send();
