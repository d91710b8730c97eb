import {ask, byId, dollars, el, fact, tell, whole, words} from "./console.js";
const form = byId("start"), drop = byId("drop"), begin = form.querySelector(".primary");
let files = [];
form.elements.examples_from.value = new URLSearchParams(location.search).get("examples_from") || "";

function choose(list) {
  files = [...list];
  byId("chosen").textContent = files.map(file => `${file.name} (${whole(file.size)} bytes)`).join(", ");
  begin.disabled = true;
  if (files.length) inspect();
}
drop.addEventListener("dragover", event => { event.preventDefault(); drop.classList.add("over"); });
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", event => { event.preventDefault(); drop.classList.remove("over"); choose(event.dataTransfer.files); });
byId("files").addEventListener("change", event => choose(event.target.files));
byId("inspect").addEventListener("click", inspect);
form.addEventListener("change", event => { if (event.target.id !== "files") begin.disabled = true; });

function parts() {
  const fields = form.elements, options = {samples: Number(fields.samples.value)};
  if (fields.teacher.value) options.teacher = fields.teacher.value;
  if (fields.max_cost_usd.value) options.max_cost_usd = Number(fields.max_cost_usd.value);
  if (fields.examples_from.value) options.examples_from = fields.examples_from.value.trim();
  if (fields.tools.checked) options.formats = ["chat", "tools"];
  if (fields.student.value) options.finetune = {enabled: true, ...(fields.student.value === "measure" ? {deploy: {enabled: true}, evaluate: {enabled: true}} : {})};
  const sent = new FormData();
  for (const file of files) sent.append("catalog", file, file.name);
  sent.append("options", JSON.stringify(options));
  return sent;
}
async function inspect() {
  const note = byId("note");
  if (!files.length) { note.textContent = "Choose a catalog first."; return; }
  note.textContent = "Reading…"; byId("found").hidden = true;
  try {
    show(await ask("/api/catalogs/inspect", {method: "POST", body: parts()}));
    note.textContent = "Nothing is stored or paid yet."; begin.disabled = false;
  } catch (error) { tell(error, note); }
}
function show(found) {
  const {counts, estimate} = found;
  byId("facts").replaceChildren(
    fact("operations", whole(counts.operations), `${whole(counts.parameters)} parameters, ${whole(counts.required)} required`),
    fact("samples", whole(estimate.samples), estimate.teacher ? `teacher ${estimate.teacher}, about ${whole(estimate.minutes)} min` : "no teacher is set"),
    fact("tokens", "about " + whole(estimate.tokens), `${whole(counts.slices)} ${counts.slices === 1 ? "slice" : "slices"} of the catalog`),
    fact("cost", estimate.cost_usd == null ? "unknown" : "about " + dollars(estimate.cost_usd), !estimate.is_charged ? "the model service runs on the app's own machine" : estimate.cost_usd == null ? "no price is known for this teacher" : "cached input counted in full"));
  const folders = Map.groupBy(found.operations, operation => operation.folder);
  byId("operations").replaceChildren(...[...folders].map(([folder, operations], n) => el("details", {open: n === 0},
    el("summary", {}, folder || "(no folder)", " ", el("span", {class: "soft"}, whole(operations.length))),
    ...operations.slice(0, 200).map(operation => el("details", {}, el("summary", {class: "mono"}, operation.name), el("pre", {class: "mono"}, operation.prompt))),
    operations.length > 200 ? el("p", {class: "hint"}, `${whole(operations.length - 200)} more`) : "")));
  byId("diagnostics").replaceChildren(...(found.diagnostics.length ? found.diagnostics.map(group => el("details", {},
    el("summary", {}, words(group.code), " ", el("span", {class: "soft"}, whole(group.count))),
    ...group.examples.map(one => el("p", {class: "hint"}, el("span", {class: "mono"}, one.where), " ", one.message)))) : [el("p", {class: "good"}, "Nothing was left out.")]));
  byId("found").hidden = false;
}
form.addEventListener("submit", async event => {
  event.preventDefault(); begin.disabled = true;
  try {
    const started = await ask("/api/runs", {method: "POST", body: parts()});
    location.assign(`/api/console/runs/${encodeURIComponent(started.run_id)}`);
  } catch (error) { tell(error); begin.disabled = false; }
});
