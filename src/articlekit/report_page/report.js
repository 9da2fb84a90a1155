"use strict";
// Picks the articles that the form asks for. Without it the page shows all of them.
const form = document.querySelector("#filter");
const [text, level, code] = ["#text", "#level", "#code"].map(name => form.querySelector(name));
const entries = [...document.querySelectorAll(".entry")];
const words = new Map();

const LEVELS = {
  "": () => true,
  loss: entry => entry.dataset.level === "loss",
  warning: entry => ["loss", "warning"].includes(entry.dataset.level),
  missing: entry => entry.dataset.missing !== "0",
  none: entry => entry.dataset.level === "none",
};

function says(entry, wanted) {
  if (!words.has(entry)) words.set(entry, entry.textContent.toLowerCase());
  return words.get(entry).includes(wanted);
}

function pick() {
  const wanted = text.value.trim().toLowerCase();
  const fits = LEVELS[level.value] ?? LEVELS[""];
  let count = 0;
  for (const entry of entries) {
    const codes = entry.dataset.codes.split(" ");
    const kept = fits(entry) && (!code.value || codes.includes(code.value))
      && (!wanted || says(entry, wanted));
    entry.hidden = !kept;
    count += kept;
    if (kept && code.value) entry.querySelectorAll("details").forEach(each => { each.open = true; });
  }
  for (const section of document.querySelectorAll("#articles, #others"))
    section.hidden = !section.querySelector(".entry:not([hidden])");
  form.querySelector("#count").value = `${count} of ${entries.length} shown`;
}

let waiting = 0;
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(pick, entries.length > 500 ? 200 : 0);
});
form.addEventListener("submit", event => event.preventDefault());
form.hidden = false;
pick();
