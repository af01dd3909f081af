// The page: three phones, the clock, the story and the board, drawn again whenever the phones'
// event stream says that something changed.

import { byId, h, secondsOf, updateList } from "./dom.js";
import { clock } from "./clock.js";
import { customerPhone } from "./customer.js";
import { directorPhone } from "./director.js";
import { repPhone } from "./rep.js";
import { story } from "./story.js";
import { follow, read } from "./server.js";

const chosen = {};
const kinds = { customer: "customers", rep: "reps", director: "directors" };

const customer = customerPhone(byId("phone-customer"));
const dealOf = (customer) => concernedWith[customer]?.deal ?? "/";
const rep = repPhone(byId("phone-rep"), dealOf);
const director = directorPhone(byId("phone-director"), dealOf);
const time = clock([customer, rep, director], () => {
  for (const phone of [rep, director]) phone.reloadPage();
  delete byId("board").dataset.as;
});
const told = story({ lookAt });
let shown = null;
let concernedWith = {};
let playedWith = "";

async function refresh() {
  const demo = await read("/demo/api/state");
  concernedWith = demo.concerned;
  takeRoles(demo.story);
  shown = await read(`/sandbox/phones/api/state?${new URLSearchParams(chosen)}`);
  for (const [kind, list] of Object.entries(kinds)) choices(kind, shown.people[list], shown[kind].id);
  customer.show(shown);
  rep.show(shown);
  director.show(shown);
  markNews();
  time.set(demo.clock);
  told.show(demo.story);
  updateList(byId("wire"), demo.protocol.map((one) => ({ ...one, id: one.number })), exchange);
  keepBoard(shown.director.id);
}

// A story plays on the phones of its own people.
function takeRoles(progress) {
  const roles = progress.state === "playing" ? JSON.stringify(progress.roles) : playedWith;
  if (roles === playedWith) return;
  playedWith = roles;
  Object.assign(chosen, progress.roles);
}

function choices(kind, people, id) {
  const select = byId(kind);
  const looks = JSON.stringify([people, id]);
  if (select.looks === looks || document.activeElement === select && select.value === id) return;
  select.looks = looks;
  select.replaceChildren(...people.map((one) => h("option", { value: one.id, selected: one.id === id }, one.name)));
}

for (const kind of Object.keys(kinds)) {
  byId(kind).addEventListener("change", (event) => {
    chosen[kind] = event.target.value;
    // Whoever looks at another customer wants to see the two who are concerned.
    if (kind === "customer") Object.assign(chosen, concerned(event.target.value));
    redraw();
  });
}

function concerned(customer) {
  const { rep, director } = concernedWith[customer] ?? {};
  return { ...(rep && { rep }), ...(director && { director }) };
}

function exchange(one) {
  return h("li", { class: one.is_fine ? "" : "failed" },
    h("time", {}, secondsOf(one.at_ms)),
    h("b", { class: one.platform }, one.platform === "wecom" ? "企业微信" : "钉钉"),
    h("span", { class: "to" }, one.to_service ? "→ 盯单" : "← 盯单"),
    h("code", {}, one.what), h("i", {}, one.result));
}

// The board is what the shown director sees of it.
function keepBoard(as) {
  const frame = byId("board");
  const address = `/demo/open?${new URLSearchParams({ as, url: `${location.origin}/?via=dingtalk` })}`;
  byId("board-alone").href = address;
  const isVisible = frame.offsetParent !== null;
  if (isVisible && frame.dataset.as !== as) {
    frame.dataset.as = as;
    frame.src = address;
  }
}

function lookAt(what) {
  const [place] = (what || "").split("-");
  for (const section of document.querySelectorAll("[data-place]")) {
    section.classList.toggle("is-looked-at", section.dataset.place === (place === "board" ? "side" : place));
  }
  if (!what) return;
  showPlace(place === "board" ? "side" : place);
  if (what === "rep-app") rep.open("app");
  if (what === "rep-chat") rep.open(shown.customer.id);
  if (what === "director") director.close();
  if (what === "director-page") director.openNewest();
  if (what === "board") showPane("board");
}

// On a small screen, one place at a time; the others say when something has come.
function showPlace(place) {
  byId("desk").dataset.shows = place;
  for (const tab of byId("tabs").children) {
    const isShown = tab.dataset.shows === place;
    tab.setAttribute("aria-selected", String(isShown));
    if (isShown) tab.classList.remove("has-news");
  }
  // A list that was hidden could not be run to its end.
  for (const list of document.querySelectorAll(`[data-place="${place}"] .lines`)) {
    list.scrollTop = list.scrollHeight;
  }
  if (shown) keepBoard(shown.director.id);
}

const arrived = {};

function markNews() {
  const count = {
    customer: shown.customer.lines.length,
    rep: shown.rep.lines.length,
    director: shown.director.lines.length + shown.director.todos.length,
  };
  for (const [kind, lines] of Object.entries(count)) {
    const [id, known] = arrived[kind] || [];
    const hasNews = id === shown[kind].id && lines > known && byId("desk").dataset.shows !== kind;
    if (hasNews) byId("tabs").querySelector(`[data-shows="${kind}"]`).classList.add("has-news");
    arrived[kind] = [shown[kind].id, lines];
  }
}

for (const tab of byId("tabs").children) tab.addEventListener("click", () => showPlace(tab.dataset.shows));

function showPane(name) {
  for (const one of ["board", "wire"]) {
    byId(`tab-${one}`).setAttribute("aria-selected", String(one === name));
    byId(`${one}-pane`).hidden = one !== name;
  }
}

byId("tab-board").addEventListener("click", () => showPane("board"));
byId("tab-wire").addEventListener("click", () => showPane("wire"));

// Tabs are gone through by arrow keys.
for (const list of document.querySelectorAll('[role="tablist"]')) {
  const tabs = [...list.querySelectorAll('[role="tab"]')];
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = tabs.indexOf(document.activeElement);
    if (!step || at < 0) return;
    const next = tabs[(at + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  });
}

// The guide goes away when somebody turns to something else.
document.addEventListener("click", (event) => { if (!byId("guide").contains(event.target)) byId("guide").open = false; });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") byId("guide").open = false; });

const redraw = follow(refresh);
