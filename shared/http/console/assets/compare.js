import {ask, byId, el, filters, part, tell} from "./console.js";
const form = byId("filters"), fields = form.elements;
const read = filters(form, look);

async function look() {
  const asked = read(), note = byId("note");
  byId("comparison").hidden = true;
  if (!asked.get("a") || !asked.get("b")) { note.textContent = "Choose two runs whose students were measured."; return; }
  note.textContent = "Comparing…";
  try {
    await part(byId("comparison"), `compare?${asked}`);
    byId("comparison").hidden = false; note.textContent = "";
  } catch (error) { tell(error); }
}
byId("swap").addEventListener("click", () => { [fields.a.value, fields.b.value] = [fields.b.value, fields.a.value]; form.requestSubmit(); });
async function offer() {
  try {
    const {runs} = await ask("/api/runs?limit=200"), measured = runs.filter(run => run.evaluation);
    const earlier = run => run.files.map(file => /^finetune\/(\d+)\/evaluation\/tasks\.jsonl$/.exec(file.path)?.[1]).filter(Boolean).map(n => `${run.run_id}:${n}`);
    byId("measured").replaceChildren(...runs.flatMap(run => [...(run.evaluation ? [run.run_id] : []), ...earlier(run)]).map(value => el("option", {value})));
    if (!fields.b.value && measured[0] && measured[0].run_id !== fields.a.value) fields.b.value = measured[0].run_id;
  } catch (error) { tell(error); }
}
look();
offer();
