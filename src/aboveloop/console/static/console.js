"use strict";
// Keeps the live parts of a page fresh, and gives the approval queue its keys. Every page works without it.
const PAUSE = 4000;

function isInUse(part) {
  return part.contains(document.activeElement) || part.querySelector("details[open]") !== null;
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { "X-Refresh": "1" } });
  if (answer.redirected || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    // What somebody is reading with the keyboard is not taken from under their hands.
    if (next && next.innerHTML !== part.innerHTML && !isInUse(part)) part.innerHTML = next.innerHTML;
  }
}

if (document.querySelector("main [data-live]")) {
  setInterval(() => { if (!document.hidden) refresh().catch(() => {}); }, PAUSE);
}

// A menu closes with Escape, by a click elsewhere, and when the keyboard leaves it.
const menus = [...document.querySelectorAll("[data-menu]")];
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && menus.find((menu) => menu.open);
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});
document.addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
});
for (const menu of menus) {
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}

const queue = document.getElementById("queue");
const toggle = document.getElementById("keys");
const KEPT = "aboveloop-keys";
if (toggle) {
  toggle.checked = localStorage.getItem(KEPT) !== "off";
  toggle.addEventListener("change", () => localStorage.setItem(KEPT, toggle.checked ? "on" : "off"));
}

function cards() { return [...queue.querySelectorAll("[data-review]")]; }

function move(by) {
  const all = cards();
  const at = all.findIndex((card) => card.contains(document.activeElement));
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  if (next) next.focus();
}

function to(act) {
  const card = cards().find((each) => each.contains(document.activeElement)) || cards()[0];
  const target = card && card.querySelector(`[data-act="${act}"]`);
  if (!target) return;
  if (target.tagName === "DETAILS") {
    target.open = true;
    target.querySelector("input:not([type=hidden]), textarea, select").focus();
  } else {
    target.focus();
  }
}

function pick() {
  const row = cards().find((each) => each.contains(document.activeElement));
  const box = row && row.querySelector("[data-act=pick]");
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function help() {
  const part = document.getElementById("keys-help");
  part.open = !part.open;
  part.querySelector("summary").focus();
}

function approve() {
  // Side by side one button answers for all that are chosen.
  const together = document.querySelector("form > .stack [data-act=approve]");
  if (together) document.getElementById("count").focus();
  else to("approve");
}

const chosen = document.getElementById("chosen");
if (chosen) {
  const tell = () => { chosen.textContent = String(queue.querySelectorAll("[data-act=pick]:checked").length); };
  queue.addEventListener("change", tell);
  tell();
}

if (queue && toggle) {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (typing || !toggle.checked || event.ctrlKey || event.altKey || event.metaKey) return;
    const act = {
      j: () => move(1), k: () => move(-1), a: approve, e: () => to("edit"), d: () => to("deny"), x: pick, "?": help,
    }[event.key];
    if (act) { event.preventDefault(); act(); }
  });
}
