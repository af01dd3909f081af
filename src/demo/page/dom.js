// Building blocks of the page. Whatever people typed is only ever set as text.

/** An element: h("p", { class: "x", onclick }, "text", child). */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

/**
 * Brings a list of elements up to date: what has not changed stays, with what is being typed or
 * chosen in it. Items need an `id`; `draw` makes one's element. Answers whether something was added.
 */
export function updateList(list, items, draw) {
  const old = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let place = list.firstElementChild;
  let added = false;
  for (const item of items) {
    const key = String(item.id);
    const looks = JSON.stringify(item);
    let element = old.get(key);
    old.delete(key);
    if (!element || element.looks !== looks) {
      const fresh = draw(item);
      fresh.dataset.key = key;
      fresh.looks = looks;
      if (element) {
        if (place === element) place = fresh;
        element.replaceWith(fresh);
      } else {
        added = true;
      }
      element = fresh;
    }
    if (element !== place) list.insertBefore(element, place);
    else place = place.nextElementSibling;
  }
  for (const gone of old.values()) gone.remove();
  return added;
}

/** Runs a list of lines: scrolled to its end when it grows, unless someone reads further up. */
export function updateLines(list, items, draw) {
  keepAtEnd(list);
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const isFirst = list.childElementCount === 0;
  const added = updateList(list, items, draw);
  if (added && (isAtEnd || isFirst)) list.scrollTop = list.scrollHeight;
  return added && !isFirst;
}

// A list that stands at its end stays there when its place becomes smaller, as above a keyboard.
const kept = new WeakSet();

function keepAtEnd(list) {
  if (kept.has(list)) return;
  kept.add(list);
  let isAtEnd = true;
  list.addEventListener("scroll", () => {
    isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  }, { passive: true });
  new ResizeObserver(() => { if (isAtEnd) list.scrollTop = list.scrollHeight; }).observe(list);
}

const china = (options) => new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hourCycle: "h23", ...options });
const clockFace = china({ hour: "2-digit", minute: "2-digit" });
const seconds = china({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const date = china({ month: "long", day: "numeric", weekday: "short" });
const day = china({ year: "numeric", month: "2-digit", day: "2-digit" });
const shortDate = china({ month: "numeric", day: "numeric" });

export const timeOf = (ms) => clockFace.format(ms);
export const secondsOf = (ms) => seconds.format(ms);
export const dateOf = (ms) => date.format(ms);

/** 09:30, 昨天 09:30, 11/20 09:30 */
export function momentOf(ms, now) {
  if (day.format(ms) === day.format(now)) return timeOf(ms);
  if (day.format(ms) === day.format(now - 86400000)) return `昨天 ${timeOf(ms)}`;
  return `${shortDate.format(ms)} ${timeOf(ms)}`;
}

/** The lines of a chat with a time above each group of them. */
export function withTimes(lines, now) {
  const shown = [];
  let last = -Infinity;
  for (const line of lines) {
    if (line.at_ms - last > 300000) shown.push({ id: `time-${line.id}`, time: momentOf(line.at_ms, now) });
    last = line.at_ms;
    shown.push(line);
  }
  return shown;
}

export const timeMark = (item) => h("li", { class: "when" }, item.time);

/** The last letters of a name: what stands in its picture. */
export const initials = (name) => (name || "?").split(" ")[0].slice(-2);

export const avatar = (name, kind) => h("span", { class: `avatar ${kind}`, "aria-hidden": "true" }, initials(name));
