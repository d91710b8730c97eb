import {ENDED, ask, byId, dollars, download, el, fact, repeat, rowsLink, run, runPath, send, showBar, tell, when, whole, words} from "./console.js";
import {canTune, openTuning, showStudent} from "./student.js";
let eagerUntil = 0, view = null, looked = [], covered = null, stage = "";

const WAITS = {throttled: "for the quota", unreachable: "for the model service, which cannot be reached", timed_out: "for answers that take too long",
  failing: "for the model service, which fails", answer: "for an answer that takes long", paused: "for you to resume it"};

const does = (text, path, question) => el("button", {type: "button", onclick: async event => {
  if (question && !confirm(question)) return;
  event.target.disabled = true;
  try { await send(`${runPath}/${path}`); document.dispatchEvent(new Event("looked-for")); } catch (error) { tell(error); }
  event.target.disabled = false;
}}, text);

async function remove() {
  try { await ask(runPath, {method: "DELETE"}); } catch (error) {
    if (error.body?.code !== "not_confirmed") { tell(error); return; }
    const places = error.body.deletes.map(place => `${place.place}: ${whole(place.blobs)} blobs`).join("\n");
    if (!confirm(`Delete this run for good?\n\n${places}\n\nStays: ${error.body.keeps.join(", ") || "nothing"}`)) return;
    try { await ask(`${runPath}?confirm=${encodeURIComponent(run)}`, {method: "DELETE"}); location.assign("/api/console"); } catch (refused) { tell(refused); }
  }
}
// What makes sense now, and nothing else.
function actions() {
  const job = view.finetune, made = job?.deployment, isThere = made && !made.removed_at && !made.gone_at, serves = isThere && made.ready_at, found = [];
  const isMeasured = job?.evaluation?.complete && job.evaluation.answered !== 0, measures = job?.options?.evaluate?.enabled && !isMeasured;
  if (["starting", "generating", "paused"].includes(view.status)) found.push(does("Cancel", "cancel", "Make no more calls and publish what is accepted?"));
  if (view.status === "fine_tuning" && job) found.push(does("Cancel the fine-tune", "cancel", "Cancel the fine-tune job?"));
  if (view.status === "paused") found.push(does("Resume", "resume"));
  if (canTune(view)) found.push(el("button", {type: "button", onclick: openTuning}, job ? "Fine-tune again" : "Fine-tune a student"));
  if (job?.state === "running" && job.status === "running") found.push(does("Pause the training", "finetune/pause"));
  if (job?.state === "running" && ["paused", "pausing"].includes(job.status)) found.push(does("Resume the training", "finetune/resume"));
  if (job?.state === "failed" && job.job_id && !["succeeded", "failed", "cancelled"].includes(job.status)) found.push(does("Follow the training on", "resume"));
  if (job?.state === "complete" && isThere) found.push(does("Undeploy", "undeploy", "Remove the deployment? The trained model stays."));
  if (job?.state === "complete" && (!serves || measures) && job.fine_tuned_model) found.push(does(serves ? "Measure it" : "Deploy again", "deploy"));
  found.push(el("a", {class: "btn", href: rowsLink(run, {})}, "Rows"));
  if (view.files.length) found.push(el("a", {class: "btn", href: `/api/console/runs/${encodeURIComponent(run)}/review`}, "Review"));
  if (view.evaluation) found.push(el("a", {class: "btn", href: `/api/console/compare?${new URLSearchParams({a: run})}`}, "Compare"));
  if (ENDED.has(view.status) && !isThere) found.push(el("button", {type: "button", onclick: remove}, "Delete…"));
  const before = document.activeElement?.textContent;
  byId("actions").replaceChildren(...found);
  if (before) found.find(one => one.textContent === before)?.focus();
}
// Records a second over the last half minute of looks; 0 before two looks differ.
function rate() {
  const now = Date.now(), done = view.counts.done;
  looked = [...looked.filter(one => now - one.at < 30000), {at: now, done}];
  const first = looked[0];
  return now > first.at ? Math.max(0, done - first.done) * 1000 / (now - first.at) : 0;
}
const lasts = s => s > 5400 ? `${(s / 3600).toFixed(1)} h` : s > 90 ? `${Math.round(s / 60)} min` : `${Math.max(1, Math.round(s))} s`;

function show() {
  const c = view.counts, going = ["starting", "generating"].includes(view.status), speed = rate(), left = going && speed ? (c.total - c.done) / speed : 0;
  byId("name").textContent = view.name || run; document.title = `${view.name || run} · Plansmith`;
  byId("status").className = "tag " + view.status; byId("status").textContent = words(view.status);
  byId("about").textContent = [run, view.teacher ? `teacher ${view.teacher}` : "", view.samples ? `${whole(view.samples)} samples` : "", `started ${when(view.started_at)}`,
    view.published_at ? `published ${when(view.published_at)}` : "", left ? `about ${lasts(left)} left` : ""].filter(Boolean).join(" · ");
  showBar(byId("bar"), c);
  const waiting = view.waiting;
  byId("waiting").hidden = !waiting;
  if (waiting) {
    const next = waiting.next_try_at ? `, next try ${when(waiting.next_try_at)}` : "";
    byId("waits").textContent = `${waiting.indices ? `${whole(waiting.indices)} records wait` : "It waits"} ${WAITS[waiting.what] || words(waiting.what)} since ${when(waiting.since)}${next}`;
    byId("waits-said").textContent = waiting.last_error ? `“${waiting.last_error.message}” (${waiting.last_error.code})` : "";
  }
  const wrong = view.error || (view.stopped && view.stopped.reason !== "cancelled" ? {message: view.stopped.message, code: view.stopped.reason} : null);
  byId("error").hidden = !wrong;
  if (wrong) byId("error").textContent = `${wrong.message} (${wrong.code})`;
  facts(c, going, speed);
  actions(); reasons(); showStudent(view);
  byId("try").hidden = byId("all").hidden = !view.files.length;
  byId("files").replaceChildren(...(view.files.length ? view.files.map(file => el("tr", {}, el("td", {}, fileLink(file.path)), el("td", {class: "n"}, file.rows == null ? "–" : whole(file.rows)), el("td", {class: "n"}, whole(file.bytes)))) : [el("tr", {}, el("td", {colspan: 3, class: "soft"}, "None yet."))]));
}
function facts(c, going, speed) {
  const budget = view.budget || {}, estimate = view.estimate, t = view.tokens;
  const bound = budget.max_cost_usd != null ? `of ${dollars(budget.max_cost_usd)}` : estimate?.cost_usd != null ? `${dollars(estimate.cost_usd)} estimated, no bound` : "no bound";
  const cached = t.prompt ? `, ${Math.round(100 * t.cached / t.prompt)} % of the input cached` : "";
  byId("facts").replaceChildren(
    fact("accepted", whole(c.accepted), `${whole(c.rejected)} not accepted · ${whole(c.done)} of ${whole(c.total)} done`),
    pace(c, going, speed),
    fact("spent", dollars(view.cost_usd), `${bound} · ${whole(t.total)}${budget.max_total_tokens != null ? ` of ${whole(budget.max_total_tokens)}` : ""} tokens${cached}`),
    covered ? fact("operations taught", `${whole(covered.operations.taught)} / ${whole(covered.operations.total)}`, `${whole(covered.required_parameters.taught)} of ${whole(covered.required_parameters.total)} required parameters`)
      : fact("operations taught", "–", "known when the run is published"));
}
function pace(c, going, speed) {
  if (going) return fact("records a second", speed ? speed.toFixed(1) : "–", "over the last half minute");
  const took = view.published_at ? (new Date(view.published_at) - new Date(view.started_at)) / 1000 : 0;
  return fact("records a second", took > 0 ? (c.done / took).toFixed(1) : "–", took > 0 ? `on the average; it took ${lasts(took)}` : "");
}
function reasons() {
  const lost = Object.entries(view.reasons).sort((a, b) => b[1] - a[1]);
  byId("reasons").replaceChildren(...(lost.length ? lost.map(([reason, count]) => el("tr", {}, el("td", {}, el("a", {href: rowsLink(run, {reason})}, words(reason))), el("td", {class: "n"}, whole(count)))) : [el("tr", {}, el("td", {class: "soft"}, "None."))]));
}
const filePath = path => `${runPath}/files/${path.split("/").map(encodeURIComponent).join("/")}`;
const fileLink = path => el("a", {href: filePath(path), onclick: event => { event.preventDefault(); download(filePath(path), path.split("/").pop()).catch(tell); }}, path);

async function coverage() {
  const now = view.files.some(file => file.path === "coverage.json") ? "there" : "coming";
  if (stage === now) return;
  if (now === "coming") { byId("coverage-note").textContent = "Known when the run is published."; stage = now; return; }
  covered = await ask(filePath("coverage.json")); stage = now;
  const operations = covered.by_operation || [], most = Math.max(1, ...operations.map(operation => operation.taught));
  byId("coverage").replaceChildren(...operations.map(operation => {
    const text = `${operation.api}: ${whole(operation.taught)} rows${operation.why_not ? ", " + words(operation.why_not) : ""}`;
    const cell = el("a", {href: rowsLink(run, {operation: operation.api}), title: text, "aria-label": text, onpointerenter: () => { byId("coverage-note").textContent = text; }, onfocus: () => { byId("coverage-note").textContent = text; }});
    cell.style.setProperty("--share", operation.taught ? (.2 + .8 * operation.taught / most).toFixed(2) : 0);
    return cell;
  }));
  byId("coverage-note").textContent = `${whole(covered.operations.taught)} of ${whole(covered.operations.total)} operations taught; the darker, the more rows`;
  show();
}
async function look() {
  try {
    const seen = await ask(runPath);
    if (seen !== view || (view && !ENDED.has(view.status))) { view = seen; show(); await coverage(); }
    byId("note").textContent = "";
  } catch (error) { tell(error); }
}
byId("all").addEventListener("click", async event => {
  event.target.disabled = true; byId("note").textContent = "Packing…";
  try { await download(`${runPath}/archive`, `${run}.zip`); byId("note").textContent = ""; } catch (error) { tell(error); }
  event.target.disabled = false;
});
// Of a run that has ended nothing is expected, but for a minute after somebody asked for something.
const again = repeat(look, () => view && ENDED.has(view.status) && Date.now() > eagerUntil ? 15 : 4);
document.addEventListener("looked-for", () => { eagerUntil = Date.now() + 60000; again(); });
