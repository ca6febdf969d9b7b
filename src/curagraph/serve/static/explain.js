// Shows an explanation where it was asked for; without this script the link leads to the page of the explanation.
"use strict";

const open = new Map();

function close(link) {
  open.get(link)?.remove();
  open.delete(link);
  link.setAttribute("aria-expanded", "false");
}

async function fetched(address) {
  const response = await fetch(address, { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector(".explanation") ?? page.querySelector("main");
}

function panel(link, place, content) {
  // A list may hold nothing but its own kind of element.
  const made = document.createElement(["DD", "LI"].includes(place.tagName) ? place.tagName : "div");
  made.className = "explained";
  made.tabIndex = -1;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Close";
  button.addEventListener("click", () => { close(link); link.focus(); });
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Why the graph says so");
  group.append(button, ...content.childNodes);
  made.append(group);
  return made;
}

async function show(link) {
  link.setAttribute("aria-expanded", "true");
  open.set(link, null);
  const place = link.closest("dd, li, h1, p");
  try {
    const made = panel(link, place, await fetched(link.href));
    if (!open.has(link)) return; // closed while it was fetched
    open.set(link, made);
    place.after(made);
    made.focus({ preventScroll: true });
    made.scrollIntoView({ block: "nearest" });
  } catch {
    location.assign(link.href);
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.why");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (open.has(link)) close(link); else show(link);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !open.size) return;
  const inside = [...open].find(([, made]) => made?.contains(document.activeElement));
  const link = inside?.[0] ?? [...open.keys()].pop();
  close(link);
  link.focus();
});
