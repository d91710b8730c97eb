import {byId, part, press, rowsLink, run, showKeys, tell} from "./console.js";
import {keys, whenDecided} from "./decide.js";
const row = byId("row").dataset.row, page = place => `/api/console/runs/${encodeURIComponent(run)}/rows/${encodeURIComponent(place)}`;

async function look() {
  try {
    await part(byId("row"), `runs/${encodeURIComponent(run)}/rows/${encodeURIComponent(row)}`);
    if (byId("note").textContent === "Loading…") byId("note").textContent = "";
  } catch (error) { tell(error); }
}
const go = by => {
  const index = Number(byId("row").querySelector(".row-view")?.dataset.index ?? NaN);
  if (index + by >= 0) location.assign(page(index + by));
};
whenDecided(look);
press({...keys, j: () => go(1), k: () => go(-1), "/": () => location.assign(rowsLink(run, {})), "?": showKeys});
look();
