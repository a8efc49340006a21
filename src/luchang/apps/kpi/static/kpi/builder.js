// Tiles of a dashboard: one more, one up, one down, one away. Their order in the form is the order kept.

const builder = document.querySelector("[data-builder]");
const tiles = builder && builder.querySelector("[data-tiles]");
const blank = builder && builder.querySelector("[data-tile-new]");

function moved(tile, button) {
  if (button.matches("[data-tile-up]") && tile.previousElementSibling) tile.previousElementSibling.before(tile);
  if (button.matches("[data-tile-down]") && tile.nextElementSibling) tile.nextElementSibling.after(tile);
  if (button.matches("[data-tile-away]")) tile.remove();
  else button.focus();
}

if (builder) {
  builder.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const tile = button.closest("[data-tile]");
    if (tile) moved(tile, button);
    if (button.matches("[data-tile-add]")) {
      tiles.append(blank.content.cloneNode(true));
      tiles.lastElementChild.querySelector("select").focus();
    }
  });
}
