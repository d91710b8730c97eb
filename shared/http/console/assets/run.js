import {ENDED, ask, byId, dollars, download, el, fact, repeat, rowsLink, run, runPath, send, showBar, tell, when, whole, words} from "./console.js";
let view = null, before = null, rate = 0, extras = "";

const does = (text, path, isDanger) => el("button", {type: "button", onclick: async event => {
  if (isDanger && !confirm(`${text}?`)) return;
  event.target.disabled = true;
  try { await send(`${runPath}/${path}`); before = null; await look(); } catch (error) { tell(error); }
}}, text);

async function remove() {
  try { await ask(runPath, {method: "DELETE"}); } catch (error) {
    if (error.body?.code !== "not_confirmed") { tell(error); return; }
    const places = error.body.deletes.map(place => `${place.place}: ${whole(place.blobs)} blobs`).join("\n");
    if (!confirm(`Delete this run for good?\n\n${places}\n\nStays: ${error.body.keeps.join(", ") || "nothing"}`)) return;
    try { await ask(`${runPath}?confirm=${encodeURIComponent(run)}`, {method: "DELETE"}); location.assign("/api/console"); } catch (refused) { tell(refused); }
  }
}
function actions() {
  const job = view.finetune, made = job?.deployment, made_ready = made?.ready_at && !made.removed_at && !made.gone_at, found = [];
  if (["starting", "generating", "paused"].includes(view.status) || (view.status === "fine_tuning" && job)) found.push(does("Cancel", "cancel", true));
  if (view.status === "paused") found.push(does("Resume", "resume"));
  if (view.files.length && !job && ENDED.has(view.status)) found.push(does("Fine-tune a student", "finetune"));
  if (job?.state === "complete" && made_ready) found.push(does("Undeploy", "undeploy", true));
  if (job?.state === "complete" && !made_ready && job.fine_tuned_model) found.push(does("Deploy again", "deploy"));
  found.push(el("a", {class: "btn", href: rowsLink(run, {})}, "Rows"));
  if (ENDED.has(view.status) && !made_ready) found.push(el("button", {type: "button", onclick: remove}, "Delete…"));
  byId("actions").replaceChildren(...found);
}
function measureRate() {
  const now = Date.now(), done = view.counts.done;
  if (before && now > before.at && done > before.done) rate = (done - before.done) * 1000 / (now - before.at);
  if (!before || done > before.done) before = {at: now, done};
}
function show() {
  const c = view.counts, going = !ENDED.has(view.status), left = rate ? (c.total - c.done) / rate : 0;
  byId("status").className = "tag " + view.status; byId("status").textContent = words(view.status);
  byId("about").textContent = [`started ${when(view.started_at)}`, view.published_at ? `published ${when(view.published_at)}` : "", going && left > 1 ? `about ${left > 90 ? Math.round(left / 60) + " min" : Math.round(left) + " s"} left` : ""].filter(Boolean).join(" · ");
  showBar(byId("bar"), c);
  byId("waiting").hidden = !view.waiting;
  if (view.waiting) byId("waiting").lastElementChild.textContent = `${words(view.waiting.what)} since ${when(view.waiting.since)}${view.waiting.indices ? `, ${whole(view.waiting.indices)} records` : ""}${view.waiting.last_error ? `: ${view.waiting.last_error.message}` : ""}`;
  byId("error").hidden = !view.error;
  if (view.error) byId("error").textContent = `${view.error.message} (${view.error.code})`;
  const estimate = view.estimate;
  byId("facts").replaceChildren(
    fact("accepted", whole(c.accepted), `${whole(c.rejected)} not accepted · ${whole(c.done)} of ${whole(c.total)} done`),
    fact("records a second", going && rate ? rate.toFixed(1) : "–", going ? "" : "the run has ended"),
    fact("spent", dollars(view.cost_usd), estimate ? `estimated ${estimate.cost_usd == null ? whole(estimate.tokens) + " tokens" : dollars(estimate.cost_usd)}` : ""),
    fact("tokens", whole(view.tokens.total), view.tokens.prompt ? `${Math.round(100 * view.tokens.cached / view.tokens.prompt)} % of the input cached` : ""));
  actions(); showStudent();
  byId("try").hidden = !view.files.length;
  byId("files").replaceChildren(...(view.files.length ? view.files.map(file => el("tr", {}, el("td", {}, fileLink(file.path)), el("td", {class: "n"}, file.rows == null ? "–" : whole(file.rows)), el("td", {class: "n"}, whole(file.bytes)))) : [el("tr", {}, el("td", {colspan: 3, class: "soft"}, "None yet."))]));
}
const filePath = path => `${runPath}/files/${path.split("/").map(encodeURIComponent).join("/")}`;
const fileLink = path => el("a", {href: filePath(path), onclick: event => { event.preventDefault(); download(filePath(path), path.split("/").pop()).catch(tell); }}, path);

function showStudent() {
  const job = view.finetune, found = view.evaluation;
  byId("student").hidden = !job && !found;
  if (job) byId("job").textContent = [words(job.state), job.model, job.total_steps ? `step ${whole(job.step)} of ${whole(job.total_steps)}` : "", job.train_loss != null ? `loss ${job.train_loss.toFixed(3)}` : "", job.valid_loss != null ? `validation ${job.valid_loss.toFixed(3)}` : "", job.deployment?.ready_at && !job.deployment.removed_at ? `deployed as ${job.deployment.name}${job.deployment.usd_per_hour != null ? `, ${dollars(job.deployment.usd_per_hour)} an hour` : ""}` : ""].filter(Boolean).join(" · ");
  if (!found?.arms) return;
  byId("arms").replaceChildren(el("p", {class: "verdict"}, found.verdict), el("p", {class: "hint"}, `Exact plans, 95 % intervals, ${whole(found.tasks)} unseen tasks`),
    ...found.arms.map(arm => {
      const exact = arm.metrics?.exact_plan, range = el("i"), dot = el("b");
      if (!exact || exact.value == null) return el("div", {class: "arm"}, el("span", {}, words(arm.arm)), el("span", {class: "track"}), el("span", {class: "n"}, "–"));
      range.style.left = 100 * exact.low + "%"; range.style.width = 100 * (exact.high - exact.low) + "%"; dot.style.left = 100 * exact.value + "%";
      return el("div", {class: "arm"}, el("span", {}, words(arm.arm)), el("span", {class: "track"}, range, dot), el("span", {class: "n"}, Math.round(100 * exact.value) + " %"));
    }));
}
async function showRows() {
  const stage = `${view.status}${view.files.length > 0}${ENDED.has(view.status) ? "" : view.counts.rejected}`;
  if (stage === extras) return;
  extras = stage;
  const lost = new Map();
  for (const status of ["rejected", "failed", "skipped"]) {
    for (const row of (await ask(`${runPath}/rows?limit=500&status=${status}`)).rows) lost.set(row.reason, (lost.get(row.reason) || 0) + 1);
  }
  byId("reasons").replaceChildren(...(lost.size ? [...lost].sort((a, b) => b[1] - a[1]).map(([reason, count]) => el("tr", {}, el("td", {}, el("a", {href: rowsLink(run, {reason})}, words(reason))), el("td", {class: "n"}, count >= 500 ? "500 and more" : whole(count)))) : [el("tr", {}, el("td", {class: "soft"}, "None."))]));
  if (!view.files.some(file => file.path === "coverage.json")) { byId("coverage-note").textContent = "Known when the run is published."; return; }
  const {by_operation: operations = []} = await ask(filePath("coverage.json")), most = Math.max(1, ...operations.map(operation => operation.taught));
  byId("coverage").replaceChildren(...operations.map(operation => {
    const text = `${operation.api}: ${whole(operation.taught)} rows${operation.why_not ? ", " + words(operation.why_not) : ""}`;
    const cell = el("a", {href: rowsLink(run, {operation: operation.api}), title: text, "aria-label": text});
    cell.style.setProperty("--share", operation.taught ? (.2 + .8 * operation.taught / most).toFixed(2) : 0);
    return cell;
  }));
  byId("coverage-note").textContent = `${whole(operations.filter(operation => operation.taught).length)} of ${whole(operations.length)} operations taught`;
}
async function look() {
  try {
    const seen = await ask(runPath);
    if (seen !== view) { view = seen; measureRate(); show(); await showRows(); }
    byId("note").textContent = "";
  } catch (error) { tell(error); }
}
byId("try").querySelector("form").addEventListener("submit", async event => {
  event.preventDefault();
  const note = byId("try-note"), button = event.submitter, out = byId("answer");
  button.disabled = true; note.textContent = "Planning…"; out.hidden = true;
  try {
    const said = await send(`${runPath}/try`, {task: byId("task").value, arm: byId("arm").value});
    note.textContent = `${said.valid ? "A valid plan" : `Not valid: ${said.findings.map(one => one.code).join(", ") || "no plan"}`} · ${whole(said.latency_ms)} ms · ${dollars(said.usd)}`;
    out.textContent = said.plan ? JSON.stringify(said.plan, null, 2) : said.answer; out.hidden = false;
  } catch (error) { tell(error, note); }
  button.disabled = false;
});
repeat(look, () => view && ENDED.has(view.status) ? 15 : 2);
