// What a script adds to a calculation: it tells how far it is as it happens, and shows the results when they are there.
"use strict";
const told = document.getElementById("work-state");
if (told && told.dataset.events) {
  const events = new EventSource(told.dataset.events);
  events.addEventListener("progress", (event) => {
    const now = JSON.parse(event.data);
    told.textContent = "Working it out: " + (now.what || "waiting") + ", " + Math.round(now.share * 100) + "% done.";
    document.getElementById("work-share").value = now.share;
  });
  for (const end of ["done", "failed", "cancelled"]) {
    events.addEventListener(end, () => { events.close(); window.location.reload(); });
  }
}
