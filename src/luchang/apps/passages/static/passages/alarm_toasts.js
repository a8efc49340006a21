// An alarm on whatever page its receiver has open; the alarm desk itself shows cards instead.
// It stays until it is closed, opened, or received by somebody.

const place = document.querySelector("#alarm-toasts");
const MOST = 3; // on a phone more would cover the page; the desk has them all

const shown = () => [...document.querySelectorAll("#lc-toasts > [data-alarm]")];
const drop = (id) => shown().filter((each) => each.dataset.alarm === String(id)).forEach((each) => each.remove());

// The to-do of an alarm is told as well, by a notice with the same address: one of them is enough.
function once() {
  const told = new Set(shown().map((each) => each.querySelector("a").getAttribute("href")));
  for (const each of document.querySelectorAll("#lc-toasts > :not([data-alarm])")) {
    const words = each.querySelector("a");
    if (words && told.has(words.getAttribute("href"))) each.remove();
  }
}

function show({ id, plate, camera, response, is_late: isLate }) {
  drop(id);
  const todo = response === "STOP" ? place.dataset.stop : place.dataset.report;
  document.dispatchEvent(new CustomEvent("toast", {
    detail: {
      title: `${place.dataset.title} ${plate}`,
      body: [camera, isLate ? place.dataset.late : todo].filter(Boolean).join(" · "),
      href: place.dataset.page.replace(/0(\/?)$/, `${id}$1`),
      kind: response === "STOP" && !isLate ? "danger" : "warning",
    },
  }));
  const notice = document.querySelector("#lc-toasts > :last-child");
  if (notice) notice.dataset.alarm = id;
  once();
  shown().slice(0, -MOST).forEach((each) => each.remove());
}

if (place) {
  document.addEventListener("live:alarms", ({ detail: { kind, data } }) => {
    if (kind === "raised" || kind === "lifted") show(data);
    else drop(data.id);
  });
  document.addEventListener("live:notice", once);
}
