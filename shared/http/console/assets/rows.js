import {ask, byId, el, filters, runPath, tell, whole, words} from "./console.js";
let rows = [], next = null, at = -1, turn = 0;
const read = filters(byId("filters"), () => load());

const line = (row, n) => el("tr", {onclick: () => open(n), tabindex: 0, onkeydown: event => { if (event.key === "Enter") open(n); }},
  el("td", {class: "n"}, String(row.index)), el("td", {}, el("span", {class: "task"}, row.task || row.operations.join(", "))),
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
  try { const row = await ask(`${runPath}/rows/${rows[n].index}`); if (at === n) byId("row").replaceChildren(...detail(row)); } catch (error) { tell(error); }
}
function detail(row) {
  const record = row.record, steps = record?.plan.steps || [];
  const tags = [[row.shape, row.difficulty].filter(Boolean).join(" · "), words(row.variation), row.split].filter(Boolean).map(text => el("span", {class: "tag"}, text));
  return [
    el("h2", {}, `#${row.index} `, ...tags.flatMap(tag => [tag, " "]), el("span", {class: row.status === "accepted" ? "good" : "bad"}, row.status === "accepted" ? "valid" : words(row.reason))),
    el("p", {}, record ? record.task_nl : el("span", {class: "soft"}, "No record was accepted.")),
    record?.assumptions.length ? el("p", {class: "hint"}, "Assumes: ", record.assumptions.join("; ")) : "",
    el("div", {class: "steps"}, ...steps.map(step => el("span", {class: "mono"}, `${step.index} ${step.api}${step.depends_on.length ? ` ← ${step.depends_on.join(", ")}` : ""}`))),
    ...steps.map(step => el("table", {class: "mono", "aria-label": `Arguments of step ${step.index}`}, el("tbody", {}, el("tr", {}, el("th", {scope: "col"}, `${step.index} ${step.api}`), el("th", {scope: "col"}, "value")),
      ...Object.entries(step.arguments).map(([name, value]) => { const text = typeof value === "string" ? value : JSON.stringify(value); return el("tr", {}, el("td", {}, name), el("td", {class: text.includes("${steps.") ? "o" : null}, text)); })))),
    row.errors.length ? el("h2", {}, "Findings") : "",
    ...row.errors.map(one => el("p", {class: "bad"}, el("span", {class: "mono"}, one.code), one.step ? ` step ${one.step}` : "", ": ", one.message || "")),
    el("p", {class: "hint"}, `${whole(row.calls.length)} ${row.calls.length === 1 ? "attempt" : "attempts"} · ${whole(row.calls.reduce((sum, call) => sum + (call.tokens.prompt || 0) + (call.tokens.completion || 0), 0))} tokens · ${row.model || "no model"}`),
    ...row.calls.filter(call => call.errors.length).map((call, n) => el("details", {}, el("summary", {class: "hint"}, `attempt ${n + 1}: ${words(call.result)}`), ...call.errors.map(one => el("p", {class: "hint"}, `${one.code}: ${one.message || ""}`)))),
  ].filter(part => part !== "");
}
byId("more").addEventListener("click", () => load(true));
document.addEventListener("keydown", event => {
  if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j") open(at + 1);
  else if (event.key === "k") open(at - 1);
  else if (event.key === "/") { event.preventDefault(); byId("filters").elements.q.focus(); }
});
load();
