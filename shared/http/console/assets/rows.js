import {ask, byId, el, filters, part, press, run, runPath, showKeys, tell, whole, words} from "./console.js";
let rows = [], next = null, at = -1, turn = 0;
const read = filters(byId("filters"), () => load());

const rowPage = index => `/api/console/runs/${encodeURIComponent(run)}/rows/${index}`;
const line = (row, n) => el("tr", {onclick: () => open(n), tabindex: 0, onfocus: () => { if (at !== n) open(n, false); }},
  el("td", {class: "n"}, el("a", {href: rowPage(row.index), tabindex: -1}, String(row.index))), el("td", {}, el("span", {class: "task"}, row.task || row.operations.join(", "))),
  el("td", {class: "hint"}, [row.shape, row.difficulty, words(row.variation)].filter(Boolean).join(" · ")), el("td", {}, row.split),
  el("td", {class: row.status === "accepted" ? "good" : "bad"}, row.status === "accepted" ? "valid" : words(row.reason || row.status)));

async function load(more = false) {
  const mine = ++turn, asked = read();
  asked.delete("row");
  if (more && next) asked.set("cursor", next);
  try {
    const body = await ask(`${runPath}/rows?${asked}`);
    if (mine !== turn) return;
    if (!more) { rows = []; at = -1; byId("rows").replaceChildren(); }
    const first = rows.length;
    rows.push(...body.rows); next = body.next;
    byId("rows").append(...body.rows.map((row, n) => line(row, first + n)));
    byId("more").hidden = next == null;
    byId("count").textContent = `${whole(rows.length)}${next == null ? "" : " shown"} of ${whole(body.planned)}`;
    byId("note").textContent = rows.length ? "" : next == null ? "No row fits." : "None so far; more rows may fit.";
    if (!more && rows.length) open(0, false);
  } catch (error) { tell(error); }
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
byId("more").addEventListener("click", () => load(true));
press({
  j: () => open(at + 1), k: () => open(at - 1), "/": () => byId("filters").elements.q.focus(), "?": showKeys,
  Enter: () => { if (rows[at]) location.assign(rowPage(rows[at].index)); },
});
load();
