import {ask, byId, el, filters, part, press, rowsLink, run, runPath, showKeys, tell, whole, words} from "./console.js";
import {bulkOver} from "./bulk.js";
import {keys, whenDecided} from "./decide.js";
const HIDDEN = ["reason", "persona", "author", "revision"], OWN = 100000000;
let rows = [], next = null, at = -1, turn = 0;
const read = filters(byId("filters"), () => load());

const rowPage = index => `/api/console/runs/${encodeURIComponent(run)}/rows/${index}`;
const isNarrow = matchMedia("(max-width: 900px)"); // there is no room for a row beside the list: it has a page of its own
const line = (row, n) => el("tr", {onclick: () => { if (isNarrow.matches) location.assign(rowPage(row.index)); else open(n); }, tabindex: 0, onfocus: () => { if (at !== n) open(n, false); }}, ...cells(row));
const HEADS = ["Row", "Task", "Kind", "Split", "Verdict", "Review"];
const cells = row => [
  el("td", {class: "n"}, el("a", {href: rowPage(row.index), tabindex: -1}, row.index < OWN ? String(row.index) : "own")), el("td", {}, el("span", {class: "task"}, row.task || row.operations.join(", "))),
  el("td", {class: "hint"}, [row.shape, row.difficulty, words(row.variation)].filter(Boolean).join(" · ")), el("td", {}, row.split),
  el("td", {class: row.status === "accepted" ? "good" : "bad"}, row.status === "accepted" ? "valid" : words(row.reason || row.status)),
  el("td", {class: row.verdict === "rejected" ? "bad" : row.verdict ? "good" : "soft", title: row.author}, words(row.verdict || "")),
].map((cell, n) => { cell.dataset.label = HEADS[n]; return cell; });
async function load(more = false) {
  const mine = ++turn, asked = read();
  if (more && next) asked.set("cursor", next);
  chips();
  try {
    const body = await ask(`${runPath}/rows?${asked}`);
    if (mine !== turn) return;
    if (!more) { rows = []; at = -1; byId("rows").replaceChildren(); }
    const first = rows.length;
    rows.push(...body.rows); next = body.next;
    byId("rows").append(...body.rows.map((row, n) => line(row, first + n)));
    byId("more").hidden = next == null;
    byId("count").textContent = `${whole(rows.length)}${next == null ? "" : " shown"} of ${whole(body.planned)}`;
    byId("bulk-count").textContent = next == null ? whole(rows.length) : "";
    byId("note").textContent = rows.length ? "" : next == null ? "No row fits. Clear a filter to see more." : "None so far; more rows may fit.";
    if (!more) { if (rows.length) open(0, false); else byId("row").replaceChildren(el("p", {class: "soft"}, "Choose a row.")); }
  } catch (error) { tell(error); }
}
// Filters that have no field of their own come from links; each can be taken off.
function chips() {
  const fields = byId("filters").elements;
  byId("chips").replaceChildren(...HIDDEN.filter(name => fields[name].value).map(name => el("button", {type: "button", class: "chip", "aria-label": `Take off the filter ${name}`,
    onclick: () => { fields[name].value = ""; byId("filters").requestSubmit(); }}, `${name}: ${words(fields[name].value)} ×`)));
}
async function open(n, focus = true) {
  if (n < 0 || n >= rows.length) return;
  byId("rows").children[at]?.classList.remove("on");
  at = n;
  const shown = byId("rows").children[at];
  shown.classList.add("on");
  if (focus) shown.focus();
  try { await part(byId("row"), `runs/${encodeURIComponent(run)}/rows/${rows[n].index}`); } catch (error) { tell(error); }
}
// The list keeps its place: what was decided is read again, and stands where it stood.
async function refresh() {
  const row = rows[at];
  if (!row) return;
  try {
    const found = await ask(`${runPath}/rows/${row.index}`);
    rows[at] = found;
    byId("rows").children[at].replaceChildren(...cells(found));
    await part(byId("row"), `runs/${encodeURIComponent(run)}/rows/${row.index}`);
  } catch (error) { tell(error); }
}
byId("export").addEventListener("click", async event => {
  event.target.disabled = true;
  try {
    const lines = [];
    let cursor = "";
    do {
      const asked = read(); asked.delete("revision"); if (cursor) asked.set("cursor", cursor);
      const answer = await ask(`${runPath}/export?${asked}`, {whole: true});
      lines.push(await answer.blob()); cursor = answer.headers.get("X-Next-Cursor");
    } while (cursor);
    const link = el("a", {href: URL.createObjectURL(new Blob(lines)), download: `${run}.jsonl`});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  } catch (error) { tell(error); }
  event.target.disabled = false;
});
whenDecided(refresh);
bulkOver(() => { const asked = read(); asked.delete("revision"); return Object.fromEntries(asked); }, () => load());
byId("more").addEventListener("click", () => load(true));
press({
  ...keys, j: () => open(at + 1), k: () => open(at - 1), "/": () => byId("filters").elements.q.focus(), "?": showKeys,
  Enter: () => { if (rows[at]) location.assign(rowPage(rows[at].index)); },
});
load();
