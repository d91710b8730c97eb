import {byId, part, press, rowsLink, run, runPath, showKeys, tell} from "./console.js";
const index = Number(byId("row").dataset.index);

async function look() {
  try {
    await part(byId("row"), `runs/${encodeURIComponent(run)}/rows/${index}`);
    byId("note").textContent = "";
  } catch (error) { tell(error); }
}
const go = to => { if (to >= 0) location.assign(`/api/console/runs/${encodeURIComponent(run)}/rows/${to}`); };
press({
  j: () => go(index + 1), k: () => go(index - 1), "/": () => location.assign(rowsLink(run, {})), "?": showKeys,
});
look();
