// A chat opens at its message, loads further lines where its reader asks, and follows new ones.
const say = (chinese, english) => (document.documentElement.lang === "en" ? english : chinese);

const lines = document.getElementById("lines");
const side = document.getElementById("side");
const pulse = document.getElementById("pulse");
const jump = document.getElementById("jump");
const WORDS = { live: say("实时", "Live"), connecting: say("重连中", "Reconnecting"), out: say("已退出，请刷新", "Logged out: please reload") };
let following = false;
let changedMeanwhile = false;

function show(state) {
  pulse.dataset.state = state;
  pulse.textContent = WORDS[state];
}

async function part(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (answer.status === 401) {
    events.close();
    show("out");
  }
  if (!answer.ok) throw new Error(String(answer.status));
  const part = document.createElement("template");
  part.innerHTML = await answer.text();
  return part.content;
}

// A day is named once, above its first line.
function nameDaysOnce() {
  let before = null;
  for (const day of lines.querySelectorAll(".day")) {
    if (day.dataset.day === before) day.remove();
    else before = day.dataset.day;
  }
}

async function load(link) {
  if (link.dataset.busy) return;
  link.dataset.busy = "yes";
  try {
    const further = await part(link.dataset.part);
    const below = document.documentElement.scrollHeight - window.scrollY;
    const isEarlier = link.dataset.way === "earlier";
    link.replaceWith(further);
    nameDaysOnce();
    if (isEarlier) window.scrollTo(0, document.documentElement.scrollHeight - below);
  } catch {
    link.textContent = say("没有加载成功，点这里重试", "Not loaded. Try again");
    delete link.dataset.busy;
  }
}

function isAtEnd() {
  const end = lines.getBoundingClientRect().bottom;
  return end < window.innerHeight + 120;
}

async function follow() {
  if (following) {
    changedMeanwhile = true;
    return;
  }
  following = true;
  try {
    do {
      changedMeanwhile = false;
      await followLines();
      await followSide();
    } while (changedMeanwhile);
  } catch {
    if (pulse.dataset.state !== "out") show("connecting");
  } finally {
    following = false;
  }
}

async function followLines() {
  // Where later lines are still to be loaded, new ones come with them.
  if (lines.querySelector("[data-way=later]")) return;
  const shown = lines.querySelectorAll("[data-cursor]");
  const after = shown.length > 0 ? shown[shown.length - 1].dataset.cursor : "0.0";
  const wasAtEnd = isAtEnd();
  const news = await part(`${lines.dataset.path}/lines?after=${encodeURIComponent(after)}`);
  const first = news.querySelector("[data-cursor]");
  if (!first) return;
  lines.append(news);
  nameDaysOnce();
  if (wasAtEnd) lines.lastElementChild.scrollIntoView({ block: "nearest", behavior: "smooth" });
  else offer(first);
}

function unfolded(place) {
  return [...place.querySelectorAll("details")].map((one) => one.open);
}

function unfold(place, opened) {
  place.querySelectorAll("details").forEach((one, at) => { one.open = opened[at] ?? one.open; });
}

// What a reader has unfolded stays unfolded.
async function followSide() {
  const opened = unfolded(side);
  const news = await part(`${lines.dataset.path}/side`);
  if (corrected(news) !== corrected(side)) await followCorrections();
  side.replaceChildren(news);
  side.querySelectorAll("details").forEach((one, at) => { one.open = opened[at] ?? false; });
}

function corrected(place) {
  return place.querySelector("[data-corrected]")?.dataset.corrected;
}

// The place right before a line, so that the lines after it begin with that one.
function placeBefore(line) {
  const [at, position] = line.dataset.cursor.split(".");
  return `${at}.${BigInt(position) - 1n}`;
}

// Somebody corrected a line that may be shown already: those that look different now are put in the
// place of the old ones. A line whose form somebody is filling in is left alone.
async function followCorrections() {
  const shown = lines.querySelectorAll("[data-cursor]");
  if (shown.length === 0) return;
  const last = shown[shown.length - 1].id;
  let after = placeBefore(shown[0]);
  for (;;) {
    const news = await part(`${lines.dataset.path}/lines?after=${encodeURIComponent(after)}`);
    const now = [...news.querySelectorAll("[data-cursor]")];
    now.forEach(showAnew);
    if (now.length === 0 || now.some((line) => line.id === last)) return;
    after = now[now.length - 1].dataset.cursor;
  }
}

function showAnew(line) {
  const old = document.getElementById(line.id);
  if (!old || old.textContent === line.textContent || old.contains(document.activeElement)) return;
  const opened = unfolded(old);
  line.classList.toggle("target", old.classList.contains("target"));
  old.replaceWith(line);
  unfold(line, opened);
}

function offer(line) {
  jump.hidden = false;
  jump.onclick = () => {
    jump.hidden = true;
    line.scrollIntoView({ block: "center", behavior: "smooth" });
  };
}

lines.addEventListener("click", (click) => {
  const link = click.target.closest(".further");
  if (!link) return;
  click.preventDefault();
  load(link);
});
window.addEventListener("scroll", () => {
  if (isAtEnd()) jump.hidden = true;
}, { passive: true });

const events = new EventSource(`${lines.dataset.path}/events`);
events.addEventListener("open", () => {
  show("live");
  follow();
});
events.addEventListener("changed", follow);
events.addEventListener("error", () => {
  show("connecting");
  follow();
});

const target = lines.querySelector(".target");
if (target) target.scrollIntoView({ block: "center" });
else lines.lastElementChild?.scrollIntoView({ block: "end" });
