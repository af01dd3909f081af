// The board refreshes itself when it is told that something changed, once a minute in any case,
// and when its reader comes back to it.
const say = (chinese, english) => (document.documentElement.lang === "en" ? english : chinese);

const live = document.getElementById("live");
const pulse = document.getElementById("pulse");
const WORDS = { live: say("实时", "Live"), connecting: say("重连中", "Reconnecting"), out: say("已退出，请刷新", "Logged out: please reload") };
let loading = false;
let changedMeanwhile = false;

function show(state) {
  pulse.dataset.state = state;
  pulse.textContent = WORDS[state];
}

async function refresh() {
  if (loading) {
    changedMeanwhile = true;
    return;
  }
  loading = true;
  try {
    const answer = await fetch(live.dataset.part, { credentials: "same-origin" });
    if (answer.status === 401) {
      events.close();
      show("out");
    } else if (answer.ok) {
      swap(await answer.text());
    }
  } catch {
    show("connecting");
  } finally {
    loading = false;
    if (changedMeanwhile) {
      changedMeanwhile = false;
      refresh();
    }
  }
}

function swap(html) {
  const known = new Set(Array.from(live.querySelectorAll(".hit"), (hit) => hit.getAttribute("href")));
  const focused = document.activeElement?.closest("#live a")?.getAttribute("href");
  const part = document.createElement("template");
  part.innerHTML = html;
  for (const hit of part.content.querySelectorAll(".hit")) {
    hit.classList.toggle("new", !known.has(hit.getAttribute("href")));
  }
  live.replaceChildren(part.content);
  if (focused) {
    live.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
}

const events = new EventSource(live.dataset.events);
events.addEventListener("open", () => show("live"));
events.addEventListener("changed", refresh);
events.addEventListener("error", () => {
  // A stream that was refused isn't opened again: the part says whether the session is over.
  show("connecting");
  refresh();
});
setInterval(refresh, 60_000);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") refresh();
});
