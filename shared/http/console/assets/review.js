import {ask, byId, dollars, download, el, fact, once, repeat, rowsLink, run, runPath, send, tell, when, whole, words} from "./console.js";
import {findings, showCheck, signed, written} from "./decide.js";
let publishing = 0, cursor = null, shown = [], seen = null;

const verdicts = counts => Object.entries(counts).filter(([, n]) => n).map(([name, n]) => `${whole(n)} ${words(name)}`).join(", ");

async function look() {
  try {
    const [decided, published] = await Promise.all([ask(`${runPath}/decisions?limit=20`), ask(`${runPath}/revisions`)]);
    byId("note").textContent = "";
    if (decided !== seen) {
      seen = decided; shown = decided.decisions; cursor = decided.next;
      const c = decided.counts;
      byId("facts").replaceChildren(...[["approved", "approved"], ["rejected", "rejected"], ["edited", "edited"], ["own", "own examples"]].map(([verdict, label]) => fact(label, el("a", {href: rowsLink(run, {verdict})}, whole(c[verdict])))));
      showDecisions();
    }
    showRevisions(published);
  } catch (error) { tell(error); }
}
function showDecisions() {
  byId("more").hidden = !cursor;
  byId("decisions").replaceChildren(...(shown.length ? shown.map(decision) : [el("tr", {}, el("td", {colspan: 4, class: "soft"}, "None yet. Open the rows and approve, reject or edit some."))]));
}
function decision(one) {
  const rows = one.sample.slice(0, 3).map(id => el("a", {class: "mono", href: `/api/console/runs/${encodeURIComponent(run)}/rows/${encodeURIComponent(id)}`}, id));
  const what = one.kind === "undo" ? "took back" : verdicts(one.verdicts) || words(one.kind);
  return el("tr", {}, el("td", {}, when(one.at)), el("td", {}, one.author),
    el("td", {}, el("span", {class: one.undone ? "soft" : null}, what, one.undone ? " (taken back)" : ""), one.reason ? el("div", {class: "hint"}, `“${one.reason}”`) : "", el("div", {}, ...rows.flatMap(link => [link, " "]), one.rows > 3 ? `and ${whole(one.rows - 3)} more` : "")),
    el("td", {}, one.undone || one.kind === "undo" ? "" : el("button", {type: "button", "aria-label": `Take back: ${what}`, onclick: event => takeBack(one, event.target)}, "Take back")));
}
async function takeBack(one, button) {
  button.disabled = true;
  const body = await signed({});
  try { if (body) await send(`${runPath}/decisions/${encodeURIComponent(one.id)}/undo`, body, once()); await look(); } catch (error) { tell(error); }
  button.disabled = false;
}
function showRevisions(published) {
  const n = published.pending.decisions;
  byId("pending").textContent = n ? `${whole(n)} ${n === 1 ? "decision is" : "decisions are"} in none yet` : "every decision is in one";
  byId("publish").querySelector("button").disabled = !n;
  if (publishing && published.revisions.some(one => one.revision === publishing && one.status === "published")) { byId("publish-note").textContent = `Revision ${publishing} is published.`; publishing = 0; }
  const page = `/api/console/runs/${encodeURIComponent(run)}`;
  byId("revisions").replaceChildren(...(published.revisions.length ? published.revisions.map(one => el("tr", {}, el("td", {}, `${one.revision} `, one.status === "published" ? "" : el("span", {class: "tag warn"}, "publishing"), one.note ? el("div", {class: "hint"}, one.note) : ""),
    el("td", {}, one.author, el("div", {class: "hint"}, when(one.at))), el("td", {class: "n"}, one.counts ? whole(one.counts.accepted) : "–"), el("td", {}, verdicts(one.changes) || "–"),
    el("td", {}, ...(one.status === "published" ? [el("a", {href: `${page}?tune=${one.revision}#tuning`}, "fine-tune"), " · ", el("a", {href: rowsLink(run, {revision: one.revision})}, "rows"), " · ", el("a", {href: `/api/console/start?${new URLSearchParams({examples_from: `${run}@${one.revision}`})}`}, "show the teacher"), " · ", el("a", {href: "#", onclick: event => { event.preventDefault(); save(one); }}, "download")] : [])))) : [el("tr", {}, el("td", {colspan: 5, class: "soft"}, "None yet."))]));
}
async function save(one) {
  byId("note").textContent = "Packing…";
  try { await download(`${runPath}/archive?revision=${one.revision}`, `${run}-${one.revision}.zip`); byId("note").textContent = ""; } catch (error) { tell(error); }
}
byId("more").addEventListener("click", async () => {
  try { const body = await ask(`${runPath}/decisions?limit=20&cursor=${encodeURIComponent(cursor)}`); shown.push(...body.decisions); cursor = body.next; showDecisions(); } catch (error) { tell(error); }
});
byId("publish").addEventListener("submit", async event => {
  event.preventDefault(); event.submitter.disabled = true;
  const body = await signed({note: event.target.elements.note.value}), note = byId("publish-note");
  try { if (body) { const told = await send(`${runPath}/revisions`, body, once()); note.textContent = `Revision ${told.revision} is being published.`; publishing = told.revision; event.target.reset(); } await look(); } catch (error) { tell(error, note); }
});

// Own examples, one by one
const own = byId("own"), fields = own.elements;
const EMPTY = {steps: [{index: 1, action: "", api: "", arguments: {}, depends_on: [], outputs: []}], expected_end_state: ""};
fields.plan.value = JSON.stringify(EMPTY, null, 2);
let timer = 0, turn = 0;
async function check() {
  const mine = ++turn, place = byId("own-check");
  let example;
  try { example = written(fields); } catch (error) { place.replaceChildren(el("p", {class: "bad"}, error.message)); return; }
  if (example.task.length < 3) { place.replaceChildren(el("p", {class: "hint"}, "Begin with the task, as a user would say it.")); return; }
  try {
    const found = await send(`${runPath}/examples/check`, example);
    if (mine === turn) showCheck(place, found);
  } catch (error) { if (mine === turn) { place.replaceChildren(el("p", {class: "bad"})); tell(error, place.firstElementChild); } }
}
own.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(check, 300); });
own.addEventListener("submit", async event => {
  event.preventDefault();
  const note = byId("own-note");
  note.textContent = "";
  let example;
  try { example = written(fields); } catch (error) { note.textContent = error.message; return; }
  const body = await signed({examples: [example]});
  try {
    if (body) {
      const told = await send(`${runPath}/examples`, body, once());
      own.reset(); fields.plan.value = JSON.stringify(EMPTY, null, 2);
      byId("own-check").replaceChildren(el("p", {class: "good"}, "Added: ", el("a", {class: "mono", href: `/api/console/runs/${encodeURIComponent(run)}/rows/${encodeURIComponent(told.rows[0].task_id)}`}, told.rows[0].task_id)));
      await look();
    }
  } catch (error) {
    tell(error, note);
    const refused = error.body?.refused?.[0];
    if (refused) byId("own-check").replaceChildren(el("ul", {class: "findings"}, ...findings(refused)));
  }
});
// Many at once
byId("lines").addEventListener("submit", async event => {
  event.preventDefault();
  const file = byId("lines-file").files[0], text = file ? await file.text() : byId("lines-text").value, note = byId("lines-note");
  if (!text.trim()) { note.textContent = "Paste some lines, or choose a file."; return; }
  try {
    const examples = text.split("\n").filter(line => line.trim()).map((line, n) => { try { return JSON.parse(line); } catch (error) { throw new Error(`line ${n + 1} is no JSON: ${error.message}`); } });
    const body = await signed({examples});
    if (!body) return;
    const told = await send(`${runPath}/examples`, body, once());
    note.replaceChildren(el("p", {class: "good"}, `${whole(told.rows.length)} added.`));
    byId("lines").reset(); await look();
  } catch (error) {
    const said = el("p", {class: "bad"});
    if (error.body) tell(error, said); else said.textContent = error.message;
    note.replaceChildren(said, ...(error.body?.refused || []).slice(0, 20).map(one => el("div", {}, el("b", {}, one.row), el("ul", {class: "findings"}, ...findings(one)))));
  }
});
repeat(look, () => 5);
