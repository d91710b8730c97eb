// What the pages share: asking the API, building elements, showing numbers. Text only ever becomes a text node.
const KEY = "plansmith-key";
export const run = document.getElementById("main").dataset.run;
export const runPath = run && `/api/runs/${encodeURIComponent(run)}`;
export const byId = id => document.getElementById(id);

export class Refused extends Error {
  constructor(status, body) {
    super(body?.detail || (status === 401 ? "a function key is asked for" : `HTTP ${status}`));
    this.status = status; this.body = body || {};
  }
}

const known = new Map();
// The JSON (or the text) of an answer; what is known already is asked for conditionally and not sent again.
export async function ask(path, options = {}) {
  const headers = new Headers(options.headers), key = sessionStorage.getItem(KEY), isRead = !options.method;
  if (key) headers.set("x-functions-key", key);
  const before = isRead ? known.get(path) : undefined;
  if (before) headers.set("If-None-Match", before.tag);
  const answer = await fetch(path, {...options, headers, cache: "no-store"});
  if (answer.status === 304) return before.body;
  if (answer.status === 401) askForKey();
  if (options.whole && answer.ok) return answer;
  const isText = answer.headers.get("Content-Type")?.startsWith("text/html");
  const body = await (isText ? answer.text() : answer.json()).catch(() => null);
  if (!answer.ok) throw new Refused(answer.status, body);
  const tag = answer.headers.get("ETag");
  if (isRead && tag) { known.set(path, {tag, body}); if (known.size > 50) known.delete(known.keys().next().value); }
  return body;
}
export const send = (path, body, headers) => ask(path, {method: "POST", headers: {"content-type": "application/json", ...headers}, body: JSON.stringify(body ?? {})});
// What is sent with this is stored once, however often it arrives.
export const once = () => ({"Idempotency-Key": [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("")});

// Puts a part of a page in its place; the server has made and escaped it. The same part again moves nothing.
const shown = new WeakMap(), wanted = new WeakMap();
export async function part(place, path) {
  wanted.set(place, path);
  const text = await ask(`/api/console/parts/${path}`);
  if (wanted.get(place) !== path || shown.get(place) === text) return false;
  place.innerHTML = text;
  shown.set(place, text);
  return true;
}
// Keys of a page; none while somebody writes or a dialog is open.
export function press(keys) {
  document.addEventListener("keydown", event => {
    if (event.target.closest("input, select, textarea, dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const does = keys[event.key];
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    if (does) { event.preventDefault(); does(); }
  });
}
export const showKeys = () => byId("keys").showModal();

const PIECE = 16 * 1024 * 1024;
// Saves a file, whatever its size: asked for in pieces, which the browser keeps where it keeps files.
export async function download(path, name) {
  const key = sessionStorage.getItem(KEY), pieces = [];
  let at = 0, size = null, tag = null;
  while (size == null || at < size) {
    const answer = await fetch(path, {headers: {Range: `bytes=${at}-${at + PIECE - 1}`, ...(key ? {"x-functions-key": key} : {})}, cache: "no-store"});
    if (answer.status === 416 && size == null) break; // an empty file
    if (answer.status === 401) askForKey();
    if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => null));
    if (tag && answer.headers.get("ETag") !== tag) throw new Error("the files have changed meanwhile; try again");
    tag = answer.headers.get("ETag");
    const piece = await answer.blob();
    pieces.push(piece); at += piece.size;
    size = answer.status === 206 ? Number(answer.headers.get("Content-Range").split("/")[1]) : at;
  }
  const link = el("a", {href: URL.createObjectURL(new Blob(pieces)), download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

function askForKey() {
  const form = byId("key");
  form.hidden = false;
  form.onsubmit = event => { event.preventDefault(); sessionStorage.setItem(KEY, byId("key-text").value); location.reload(); };
}

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value != null && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter(child => child != null && child !== ""));
  return made;
}
export const whole = n => (n ?? 0).toLocaleString("en");
export const dollars = n => n == null ? "–" : n > 0 && n < 0.00005 ? "under $0.0001" : "$" + (n >= 1 || n === 0 ? n.toFixed(2) : n.toPrecision(2));
export const when = text => text ? new Date(text).toLocaleString() : "–";
export const words = text => String(text).replaceAll("_", " ");
export const rowsLink = (id, filters) => `/api/console/runs/${encodeURIComponent(id)}/rows?${new URLSearchParams(filters)}`;

export function showBar(bar, counts) {
  const share = n => (counts.total ? 100 * Math.min(1, n / counts.total) : 0).toFixed(2) + "%";
  const [good, bad] = bar.children;
  good.style.width = share(counts.accepted); bad.style.width = share(counts.rejected);
  if (bar.getAttribute("role")) bar.setAttribute("aria-valuenow", String(Math.round(counts.total ? 100 * counts.done / counts.total : 0)));
}
export const bar = counts => { const made = el("div", {class: "bar", "aria-hidden": "true"}, el("i"), el("i", {class: "r"})); showBar(made, counts); return made; };
export const fact = (label, value, more) => el("div", {class: "card"}, el("div", {class: "soft"}, label), el("div", {class: "k"}, value), el("div", {class: "hint"}, more || ""));

export const ENDED = new Set(["published", "complete", "cancelled", "failed"]);
// Calls `look` now, every `seconds()` while the page is seen, and when it is seen again; gives what looks at once.
export function repeat(look, seconds) {
  let timer = 0;
  const turn = async () => {
    clearTimeout(timer);
    if (!document.hidden) await look();
    const wait = seconds();
    clearTimeout(timer); // of a turn that was under way
    if (wait) timer = setTimeout(turn, wait * 1000);
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) turn(); });
  turn();
  return turn;
}
export function tell(error, note = byId("note")) {
  note.textContent = error instanceof Refused ? error.message : `The installation cannot be reached: ${error.message}`;
  if (error.body?.type) note.append(" ", el("a", {href: error.body.type}, error.body.code));
}
// Form fields whose state is the page's address.
export function filters(form, changed) {
  const fill = () => { const asked = new URLSearchParams(location.search); for (const field of form.elements) if (field.name) field.value = asked.get(field.name) || ""; };
  const read = () => { const asked = new URLSearchParams(); for (const field of form.elements) if (field.name && field.value) asked.set(field.name, field.value); return asked; };
  const apply = () => { const asked = read(); history.replaceState(null, "", location.pathname + (asked.size ? "?" + asked : "")); changed(asked); };
  fill();
  form.addEventListener("submit", event => { event.preventDefault(); apply(); });
  form.addEventListener("change", apply);
  form.addEventListener("reset", () => setTimeout(() => { for (const field of form.elements) if (field.name) field.value = ""; apply(); }));
  return read;
}
