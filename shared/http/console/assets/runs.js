import {ask, bar, byId, dollars, el, filters, repeat, tell, whole, when, words} from "./console.js";
const HEADS = ["Run", "Status", "Records", "Accepted", "Rejected", "Tokens", "Cost", "Fine-tune", "Started"];
let shown = 50, seen = null;
const read = filters(byId("filters"), () => { seen = null; look(); });

function showJob(job) {
  if (!job) return ["–"];
  const said = [words(job.state)];
  if (job.step != null && job.total_steps) said.push(`${whole(job.step)} of ${whole(job.total_steps)}`);
  if (job.train_loss != null) said.push(`loss ${job.train_loss.toFixed(3)}`);
  return said.map(text => el("div", {}, text));
}
function showRun(run) {
  const c = run.counts;
  const cells = [
    [el("a", {href: `/api/console/runs/${encodeURIComponent(run.run_id)}`}, run.run_id)],
    [el("span", {class: run.status}, words(run.status)), run.error ? el("div", {class: "hint"}, run.error.message) : "", run.waiting ? el("div", {class: "hint"}, `waits: ${words(run.waiting.what)}`) : ""],
    [bar(c), el("div", {class: "hint"}, `${whole(c.done)} of ${whole(c.total)}`)],
    [whole(c.accepted)], [whole(c.rejected)], [whole(run.tokens.total)], [dollars(run.cost_usd)], showJob(run.finetune), [when(run.started_at)],
  ];
  return el("tr", {}, ...cells.map((cell, n) => el("td", {"data-label": HEADS[n], class: n > 2 && n < 7 ? "n" : null}, ...cell)));
}
async function look() {
  try {
    const asked = read(); asked.set("limit", shown);
    const body = await ask("/api/runs?" + asked);
    if (body === seen) return;
    seen = body;
    byId("runs").replaceChildren(...body.runs.map(showRun));
    byId("more").hidden = !body.next;
    byId("note").replaceChildren(body.runs.length ? `${whole(body.runs.length)} ${body.runs.length === 1 ? "run" : "runs"}${body.next ? " shown" : ""}`
      : read().size ? "No run fits." : el("span", {}, "No run yet. ", el("a", {href: "/api/console/start"}, "Start one"), ", or put a catalog into the container catalogs."));
    byId("refused").hidden = !body.poison.length;
    byId("refused").querySelector("tbody").replaceChildren(...body.poison.map(p => el("tr", {}, el("td", {}, when(p.at)), el("td", {class: "mono"}, p.queue), el("td", {}, p.message))));
  } catch (error) { tell(error); }
}
byId("more").addEventListener("click", () => { shown += 50; look(); });
repeat(look, () => 4);
