// A report dropped on the page goes into the file field; nothing is sent before the button.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const form = zone.closest("form");
  const field = form.querySelector("input[type=file]");
  const name = zone.querySelector("[data-drop-name]");
  const tell = () => {
    const file = field.files[0];
    name.textContent = file ? `${zone.dataset.dropped}: ${file.name}` : "";
  };
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("is-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    zone.addEventListener(kind, () => zone.classList.remove("is-over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      field.files = event.dataTransfer.files;
      tell();
    }
  });
  field.addEventListener("change", tell);
}
