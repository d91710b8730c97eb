// The student's part of the run's page: its job and figures, the fine-tune form with its estimate, the box to try a task.
import {ENDED, ask, byId, dollars, el, part, run, runPath, send, tell, whole} from "./console.js";
const form = byId("finetune"), fields = form.elements, note = byId("finetune-note");
let view = null, seen = "", timer = 0, turn = 0;

export const canTune = now => now.files.length > 0 && ENDED.has(now.status) && (!now.finetune || ["complete", "failed", "cancelled"].includes(now.finetune.state));
const wanted = new URLSearchParams(location.search).has("tune");
let opened = false;
export function openTuning() { byId("tuning").open = true; byId("tuning").scrollIntoView({block: "center"}); fields.model.focus(); }

export function showStudent(now) {
  view = now;
  const job = view.finetune, can = canTune(view);
  byId("student").hidden = !job && !view.evaluation && !can;
  byId("tuning").hidden = !can;
  if (can && wanted && !opened) { opened = true; openTuning(); }
  const minute = job?.deployment?.ready_at && !job.deployment.removed_at ? Math.floor(Date.now() / 60000) : 0;
  const mark = JSON.stringify([job?.updated_at, job?.state, job?.step, job?.wanted, Boolean(view.evaluation), minute]);
  if (mark === seen || (!job && !view.evaluation)) return;
  seen = mark;
  part(byId("student-part"), `runs/${encodeURIComponent(run)}/student`).catch(error => { seen = ""; tell(error); });
}
function options() {
  const asked = {training_type: fields.training_type.value, deploy: {enabled: fields.deploy.checked, remove_after_evaluation: fields.remove.checked}, evaluate: {enabled: fields.evaluate.checked}};
  if (fields.model.value) asked.model = fields.model.value;
  if (fields.n_epochs.value) asked.n_epochs = Number(fields.n_epochs.value);
  if (fields.max_cost_usd.value) asked.max_cost_usd = Number(fields.max_cost_usd.value);
  if (fields.revision.value) asked.revision = Number(fields.revision.value);
  return asked;
}
async function estimate() {
  const mine = ++turn;
  note.className = "hint"; note.textContent = "Reckoning…";
  try {
    const found = await send(`${runPath}/finetune/estimate`, options());
    if (mine !== turn) return;
    note.className = found.problem ? "bad" : "hint";
    note.textContent = [found.problem ? found.problem.message : found.text, ...found.warnings.map(one => one.message)].filter(Boolean).join(" · ") || `${found.model}: no price is known`;
  } catch (error) { if (mine === turn) tell(error, note); }
}
const soon = () => { clearTimeout(timer); timer = setTimeout(estimate, 400); };
byId("tuning").addEventListener("toggle", async () => {
  if (!byId("tuning").open) return;
  estimate();
  try {
    const published = (await ask(`${runPath}/revisions`)).revisions.filter(one => one.status === "published");
    byId("of-revision").hidden = !published.length;
    fields.revision.replaceChildren(el("option", {value: ""}, "as generated"), ...published.map(one => el("option", {value: one.revision}, `revision ${one.revision}`)));
    const asked = new URLSearchParams(location.search).get("tune") || published[0]?.revision;
    if (asked) { fields.revision.value = asked; estimate(); }
  } catch { byId("of-revision").hidden = true; }
});
form.addEventListener("input", soon);
form.addEventListener("submit", async event => {
  event.preventDefault(); event.submitter.disabled = true;
  try {
    await send(`${runPath}/finetune`, {...options(), ...(view.finetune ? {again: true} : {})});
    byId("tuning").open = false;
    document.dispatchEvent(new Event("looked-for"));
  } catch (error) { tell(error, note); }
  event.submitter.disabled = false;
});
byId("try").querySelector("form").addEventListener("submit", async event => {
  event.preventDefault();
  const told = byId("try-note"), button = event.submitter || event.target.querySelector("button"), out = byId("answer");
  button.disabled = true; told.textContent = "Planning…"; out.hidden = true;
  try {
    const said = await send(`${runPath}/try`, {task: byId("task").value, arm: byId("arm").value});
    const codes = said.findings.map(one => one.code).join(", ");
    told.textContent = `${said.valid ? "A valid plan: executable on paper" : `Not valid: ${codes || "no plan"}`} · ${whole(said.tokens.prompt)} + ${whole(said.tokens.completion)} tokens · ${dollars(said.usd)} · ${whole(said.latency_ms)} ms · ${said.model || said.deployment}`;
    out.replaceChildren(...(said.plan?.steps ? steps(said) : [el("pre", {class: "mono"}, said.answer)]));
    out.hidden = false;
  } catch (error) { tell(error, told); }
  button.disabled = false;
});
// Each call with what is wrong with it, what nobody named, and how the dry run, with made-up answers, would send it.
function steps(said) {
  const at = (found, index) => found.filter(one => one.step === index), text = value => typeof value === "string" ? value : JSON.stringify(value);
  const line = (kind, one) => el("div", {class: `${kind} hint`}, `${one.code}: ${one.message}`);
  const runs = new Map(said.dry_run.map(one => [one.step, one]));
  return [
    ...at(said.findings, null).map(one => line("bad", one)),
    el("ol", {}, ...said.plan.steps.map((step, place) => {
      const index = step.index ?? place + 1, run = runs.get(index);
      return el("li", {}, el("b", {class: "mono"}, String(step.api)), step.depends_on?.length ? el("span", {class: "hint"}, ` after ${step.depends_on.join(", ")}`) : "",
        ...Object.entries(step.arguments || {}).map(([name, value]) => {
          const sent = run?.arguments?.[name], filled = sent !== undefined && text(sent) !== text(value);
          return el("div", {class: "argument"}, `${name} `, el("code", {}, text(value)), filled ? el("span", {class: "hint"}, ` → ${text(sent)}`) : "");
        }),
        ...at(said.findings, index).map(one => line("bad", one)), ...at(said.warnings, index).map(one => line("warn", one)),
        run && (!run.problem || !at(said.findings, index).length) ? el("div", {class: run.problem ? "bad hint" : "good hint"}, `dry run: ${run.problem || "runs"}`) : "");
    })),
    el("details", {}, el("summary", {}, "As JSON"), el("pre", {class: "mono"}, JSON.stringify(said.plan, null, 2)))];
}
