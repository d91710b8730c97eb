// One decision or one fix about all rows that the filter shows: first a preview, then what it showed.
import {byId, el, once, runPath, send, tell, whole} from "./console.js";
import {findings, reason, signed} from "./decide.js";
const form = byId("fix"), fields = form.elements, out = byId("bulk-out");
let filter = () => ({}), done = () => {};

export function bulkOver(read, after) { filter = read; done = after; }

const json = text => { try { return JSON.parse(text); } catch { return text; } };
const NEEDS = {value: ["find", "replace"], argument: ["operation", "argument", "change"], step: ["operation", "field", "set"]};
function shape() {
  const kind = fields.kind.value;
  for (const label of form.querySelectorAll("[data-of]")) {
    const has = label.dataset.of.split(" ").includes(kind);
    label.hidden = !has;
    for (const field of label.querySelectorAll("input, select")) field.disabled = !has;
  }
  fields.to.disabled = fields.to.closest("label").hidden = kind !== "argument" || fields.change.value === "remove";
}
function fix() {
  const kind = fields.kind.value, made = {kind};
  if (kind === "value") Object.assign(made, {find: json(fields.find.value), replace: json(fields.replace.value), in: fields.texts.checked ? ["arguments", "task", "assumptions"] : ["arguments"]});
  else made.operation = fields.operation.value;
  if (kind === "argument") {
    made.argument = fields.argument.value;
    if (fields.change.value === "remove") made.remove = true;
    else if (fields.change.value === "rename") made.rename = fields.to.value;
    else made.set = json(fields.to.value);
  }
  if (kind === "step") Object.assign(made, {field: fields.field.value, set: json(fields.set.value)});
  return made;
}
// Which values differ between two contents, each with its path.
function differences(before, after, path = "") {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (before && after && typeof before === "object" && typeof after === "object")
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap(name => differences(before[name], after[name], path ? `${path}.${name}` : name));
  return [[path, before, after]];
}
const text = value => value === undefined ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);
const example = one => el("details", {}, el("summary", {}, one.index < 100000000 ? `#${one.index} ` : `${one.task_id} `, el("span", {class: one.findings.some(found => found.severity !== "warning") ? "bad" : "good"}, one.findings.length ? "would be invalid, and stays as it is" : "valid")),
  ...differences(one.before, one.after).map(([path, was, is]) => el("p", {class: "mono"}, `${path}: `, el("del", {}, text(was)), " → ", el("ins", {}, text(is)))), one.findings.length ? el("ul", {class: "findings"}, ...findings(one)) : "");

async function preview(wanted) {
  out.replaceChildren(el("p", {class: "hint"}, "Looking…"));
  const body = {filter: filter(), ...wanted};
  try { show(await send(`${runPath}/bulk`, body), body); } catch (error) { refused(error); }
}
function show(seen, body) {
  const counts = `${whole(seen.matched)} ${seen.matched === 1 ? "row fits" : "rows fit"}, ${whole(seen.changes)} would change${seen.invalid ? `, ${whole(seen.invalid)} of them would be invalid and stay as they are` : ""}.`;
  const apply = el("button", {type: "button", class: "primary", onclick: async event => {
    event.target.disabled = true;
    const sent = await signed({...body, token: seen.token});
    if (!sent) { event.target.disabled = false; return; }
    try {
      const told = await send(`${runPath}/bulk`, sent, once());
      out.replaceChildren(el("p", {class: "good"}, `${whole(told.applied)} ${told.applied === 1 ? "row" : "rows"} changed${told.left ? `, ${whole(told.left)} left as they are` : ""}.`));
      done();
    } catch (error) { refused(error, body); }
  }}, `Apply to ${whole(seen.valid ?? seen.changes)} ${seen.valid === 1 ? "row" : "rows"}`);
  out.replaceChildren(el("p", {}, counts), ...seen.examples.map(example), seen.changes && seen.valid !== 0 ? apply : "");
}
function refused(error, body) {
  const note = el("p", {class: "bad"});
  tell(error, note);
  if (error.body?.code === "changed" && body) { show(error.body.preview, body); out.prepend(note); } else out.replaceChildren(note);
}
form.addEventListener("change", shape);
form.addEventListener("submit", event => { event.preventDefault(); preview({fix: fix()}); });
byId("approve-all").addEventListener("click", () => preview({verdict: "approve"}));
byId("reject-all").addEventListener("click", async () => { const why = await reason(); if (why) preview({verdict: "reject", reason: why}); });
shape();
