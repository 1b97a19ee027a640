// What a script adds to the board's page: faults beside their fields, and a plan that says when it is out of date.
"use strict";
document.documentElement.classList.add("scripted");
const byId = (id) => document.getElementById(id);
function age(words) {
  byId("plan-state").textContent = words;
  byId("plan-state").className = "state state--old";
}
function showFaults() {
  document.querySelectorAll(".field--fault").forEach((field) => {
    field.classList.remove("field--fault");
    const input = field.querySelector("[aria-invalid]");
    if (input) input.removeAttribute("aria-invalid");
    field.querySelector(".field__fault").hidden = true;
  });
  document.querySelectorAll("#entry-faults [data-at]").forEach((link) => {
    const words = byId(link.dataset.at + "-fault");
    if (!words) return;
    words.textContent = link.dataset.words;
    words.hidden = false;
    words.parentElement.classList.add("field--fault");
    const input = byId(link.dataset.at);
    if (input) input.setAttribute("aria-invalid", "true");
  });
}
function changed(one) {
  if (one.type === "checkbox" || one.type === "radio") return one.checked !== one.defaultChecked;
  if (!one.options) return one.value !== one.defaultValue;
  return one.selectedIndex !== Math.max(Array.from(one.options).findIndex((option) => option.defaultSelected), 0);
}
let open = [];
const entry = byId("entry");
if (entry) {
  entry.addEventListener("input", (event) => {
    byId("unsaved").hidden = false;
    const field = event.target.closest(".field");
    const origin = field && field.querySelector(".origin");
    if (origin) { origin.textContent = "typed"; origin.className = "origin origin--typed"; }
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target === entry) byId("plan-state").classList.add("state--waiting");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "plan") return;
    open = Array.from(document.querySelectorAll("#plan details.option[open]"), (one) => one.id);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target === entry && event.detail.successful) showFaults();
  });
  ["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach((failed) => document.addEventListener(failed, (event) => {
    if (event.target === entry) age("The plan could not be made anew. What stands below is out of date: it is of what you had typed before.");
  }));
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "plan") open.splice(0).forEach((id) => { const one = byId(id); if (one) one.open = true; });
  });
  // What was typed before this script came, or kept by the browser over a reload, counts as typed now.
  document.addEventListener("DOMContentLoaded", () => entry.querySelectorAll("input, select, textarea").forEach((one) => {
    if (changed(one)) one.dispatchEvent(new Event("input", {bubbles: true}));
  }));
}
