// Deciding about rows: who decides, approve, reject with a reason, edit with a check as one types.
import {ask, byId, el, once, runPath, send, tell, whole, words} from "./console.js";
const NAME = "plansmith-name";
let changed = () => {};

// `done(rows)` is called with what was decided.
export function whenDecided(done) { changed = done; }

// The name that decisions are noted under; asked for once where the platform has no sign-in of its own.
export async function author() {
  const known = localStorage.getItem(NAME);
  if (known != null) return known;
  const dialog = byId("who"), field = dialog.querySelector("input");
  const answer = await asked(dialog);
  if (answer !== "ok") return null;
  localStorage.setItem(NAME, field.value.trim());
  return field.value.trim();
}
const asked = dialog => new Promise(done => {
  dialog.returnValue = "";
  dialog.addEventListener("close", () => done(dialog.returnValue), {once: true});
  dialog.showModal();
});
export const signed = async body => { const name = await author(); return name == null ? null : {...body, ...(name ? {author: name} : {})}; };

// Sends decisions; false where nothing was decided. `note` tells what was refused.
export async function decide(decisions, note = byId("note")) {
  const body = await signed({decisions});
  if (!body) return false;
  try {
    const done = await send(`${runPath}/decisions`, body, once());
    note.textContent = `${done.rows.length === 1 ? "The row is" : `${whole(done.rows.length)} rows are`} ${words(done.rows[0].verdict || "as generated")} now.`;
    changed(done.rows);
    return true;
  } catch (error) {
    if (error.body?.code === "row_changed") { note.textContent = "Somebody has changed the row meanwhile; this is what it is now."; changed(error.body.rows); } else tell(error, note);
    return false;
  }
}
const current = () => byId("row").querySelector(".row-view");
const judged = () => { const view = current(); return view?.dataset.hash ? {row: view.dataset.row, hash: view.dataset.hash} : null; };

export async function approve() { const row = judged(); if (row) await decide([{...row, verdict: "approve"}]); }
export async function revert() { const row = judged(); if (row) await decide([{...row, verdict: "revert"}]); }
export async function reason() {
  const dialog = byId("reject"), field = dialog.querySelector("input");
  field.value = "";
  return await asked(dialog) === "ok" ? field.value.trim() : null;
}
export async function reject() {
  const row = judged();
  if (!row) return;
  const why = await reason();
  if (why) await decide([{...row, verdict: "reject", reason: why}]);
}

// The editor: task, assumptions, plan; what is wrong is told while one types, and refused when one saves.
const form = byId("edit-form"), fields = form.elements, told = byId("edit-note");
let row = null, record = null, timer = 0, turn = 0;

export async function edit() {
  const view = current();
  if (!view?.dataset.hash) return;
  try {
    const found = await ask(`${runPath}/rows/${view.dataset.row}`);
    row = {row: view.dataset.row, hash: found.hash}; record = found.record;
    fields.task.value = record.task_nl;
    fields.assumptions.value = record.assumptions.join("\n");
    fields.plan.value = JSON.stringify(record.plan, null, 2);
    values();
    byId("edit-title").textContent = `Edit row ${found.index < 100000000 ? "#" + found.index : found.task_id}`;
    byId("edit").showModal();
    check();
  } catch (error) { tell(error); }
}
// A field for each value of the plan, over the JSON that holds it: what is typed into one is written into the other.
function values() {
  let plan;
  try { plan = JSON.parse(fields.plan.value); } catch { return; }
  const place = byId("edit-values"), steps = Array.isArray(plan.steps) ? plan.steps : [];
  place.replaceChildren(place.querySelector("legend"), ...steps.flatMap((step, n) => [el("h3", {class: "mono"}, `${step.index} ${step.api}`), ...leaves(step.arguments || {}, []).map(([path, value]) => value_field(plan, n, path, value))]));
}
const leaves = (value, path) => value && typeof value === "object" && Object.keys(value).length ? Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name])) : [[path, value]];
const spelt = path => path.map((part, n) => /^\d+$/.test(part) && n ? `[${part}]` : (n ? "." : "") + part).join("");
function value_field(plan, n, path, value) {
  const input = el("input", {class: "mono", value: typeof value === "string" ? value : JSON.stringify(value), "data-at": `plan.steps[${n}].arguments.${spelt(path)}`, autocomplete: "off", oninput: () => {
    let now = input.value;
    if (typeof value !== "string") try { now = JSON.parse(now); } catch { /* a text, for now */ }
    path.slice(0, -1).reduce((at, part) => at[part], plan.steps[n].arguments)[path.at(-1)] = now;
    fields.plan.value = JSON.stringify(plan, null, 2);
  }});
  return el("label", {class: "value"}, el("span", {class: "mono"}, spelt(path)), input);
}
// Each field has the colour of where its value comes from, and tells it.
function colour(found) {
  const wrong = new Map(found.findings.map(one => [one.path, one.code])), from = new Map(found.origins.map(one => [one.path, one.from]));
  for (const input of byId("edit-values").querySelectorAll("input")) {
    const at = input.dataset.at, source = from.get(at);
    input.className = `mono${source ? ` s-${source}` : ""}`;
    input.title = [source && `comes from: ${source}`, wrong.get(at)].filter(Boolean).join("; ");
    if (wrong.has(at)) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
  }
}
// What of the row is changed; throws where the plan is no JSON.
export function written(fields) {
  const changes = {task: fields.task.value.trim(), assumptions: fields.assumptions.value.split("\n").map(line => line.trim()).filter(Boolean)};
  try { changes.plan = JSON.parse(fields.plan.value); } catch (error) { throw new Error(`The plan is no JSON: ${error.message}`); }
  return changes;
}
export function findings(found) {
  return [...found.findings].sort((a, b) => (a.severity === "error" ? 0 : 1) - (b.severity === "error" ? 0 : 1)).map(one => el("li", {class: one.severity === "warning" ? "warn" : "bad"}, el("span", {class: "mono"}, one.code), one.step ? ` step ${one.step}` : "", `: ${one.message}`));
}
export function showCheck(place, found) {
  place.replaceChildren(...[
    found.errors ? el("p", {class: "bad"}, `${whole(found.errors)} ${found.errors === 1 ? "finding refuses" : "findings refuse"} it.`) : el("p", {class: "good"}, found.repeats ? `Valid, but it repeats ${found.repeats.task_id}.` : "Valid: every call can be made as it stands."),
    found.findings.length ? el("ul", {class: "findings"}, ...findings(found)) : "",
    found.dry_run.calls.length ? el("details", {}, el("summary", {}, "Dry run"), el("ol", {class: "mono"}, ...found.dry_run.calls.map(call => el("li", {}, `${call.api} ${JSON.stringify(call.arguments)}`)))) : "",
    found.dry_run.stops ? el("p", {class: "warn"}, `The dry run stops: ${found.dry_run.stops}`) : "",
  ].filter(Boolean));
}
async function check() {
  const mine = ++turn, place = byId("edit-check");
  let changes;
  try { changes = written(fields); } catch (error) { place.replaceChildren(el("p", {class: "bad"}, error.message)); return; }
  try {
    const found = await send(`${runPath}/rows/${row.row}/check`, changes);
    if (mine === turn) { showCheck(place, found); colour(found); }
  } catch (error) { if (mine === turn) { place.replaceChildren(el("p", {class: "bad"})); tell(error, place.firstElementChild); } }
}
fields.plan.addEventListener("input", values);
form.addEventListener("input", () => { told.textContent = ""; clearTimeout(timer); timer = setTimeout(check, 300); });
form.addEventListener("submit", async event => {
  event.preventDefault(); told.textContent = "";
  let changes;
  try { changes = written(fields); } catch (error) { told.textContent = error.message; return; }
  event.submitter.disabled = true;
  const body = await signed({decisions: [{...row, verdict: "edit", ...changes}]});
  try {
    if (body) {
      const done = await send(`${runPath}/decisions`, body, once());
      byId("edit").close();
      byId("note").textContent = "The row is edited now.";
      changed(done.rows);
    }
  } catch (error) {
    tell(error, told);
    const refused = error.body?.refused?.[0];
    if (refused) byId("edit-check").replaceChildren(el("ul", {class: "findings"}, ...findings(refused)));
  }
  event.submitter.disabled = false;
});
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
const buttons = {approve, reject, edit, revert};
byId("row").addEventListener("click", event => { const does = event.target.closest("button[data-does]")?.dataset.does; if (does) buttons[does](); });
export const keys = {a: approve, r: reject, e: edit};
