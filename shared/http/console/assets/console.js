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
// The JSON of an answer; what is known already is asked for conditionally and not sent again.
export async function ask(path, options = {}) {
  const headers = new Headers(options.headers), key = sessionStorage.getItem(KEY), isRead = !options.method;
  if (key) headers.set("x-functions-key", key);
  const before = isRead ? known.get(path) : undefined;
  if (before) headers.set("If-None-Match", before.tag);
  const answer = await fetch(path, {...options, headers, cache: "no-store"});
  if (answer.status === 304) return before.body;
  if (answer.status === 401) askForKey();
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(answer.status, body);
  const tag = answer.headers.get("ETag");
  if (isRead && tag) { known.set(path, {tag, body}); if (known.size > 50) known.delete(known.keys().next().value); }
  return body;
}
export const send = (path, body) => ask(path, {method: "POST", headers: {"content-type": "application/json"}, body: JSON.stringify(body ?? {})});

export async function download(path, name) {
  const key = sessionStorage.getItem(KEY);
  const answer = await fetch(path, {headers: key ? {"x-functions-key": key} : {}});
  if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => null));
  const link = el("a", {href: URL.createObjectURL(await answer.blob()), download: name});
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
export const dollars = n => n == null ? "–" : "$" + (n >= 1 || n === 0 ? n.toFixed(2) : n.toPrecision(2));
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
// Calls `look` now and every `seconds()` while the page is seen; one look at a time.
export function repeat(look, seconds) {
  const turn = async () => {
    if (!document.hidden) await look();
    const wait = seconds();
    if (wait) setTimeout(turn, wait * 1000);
  };
  turn();
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
