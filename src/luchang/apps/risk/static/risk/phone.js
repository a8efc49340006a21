// The place of the phone goes into the form; without one the place is written down.

const form = document.querySelector("#hazard");
const where = document.querySelector("#where");

if (form && where) {
  const fill = (name, value) => {
    form.querySelector(`[name="${name}"]`).value = value.toFixed(6);
  };
  const failed = () => {
    where.textContent = form.dataset.unlocated;
  };
  if (form.querySelector('[name="longitude"]').value) {
    where.textContent = form.dataset.located;
  } else if ("geolocation" in navigator) {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        fill("longitude", coords.longitude);
        fill("latitude", coords.latitude);
        where.textContent = `${form.dataset.located} ±${Math.round(coords.accuracy)} m`;
      },
      failed,
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  } else {
    failed();
  }
  const version = form.querySelector('[name="version"]');
  if (version) {
    version.addEventListener("change", () => {
      const address = new URL(window.location.href);
      address.searchParams.set("version", version.value);
      if (!form.querySelector('[name="title"]').value && !form.querySelector('[name="photos"]').value) {
        window.location.replace(address);
      }
    });
  }
}
