// The rep's phone: WeCom, with the app's chat and the chats with customers.

import { avatar, h, momentOf, timeMark, updateLines, updateList, withTimes } from "./dom.js";
import { drawCard, headlineOf } from "./cards.js";
import { chooser } from "./chooser.js";
import { drawMarkdown } from "./markdown.js";
import { frame, suggestions, writer } from "./frame.js";
import { post } from "./server.js";
import { webView } from "./web_view.js";

const APP = "app";
const ANSWERS = ["状态", "稍后", "继续", "返回", "帮助", "基恩士 IV3 系列", "检出率更高，三年质保", "用两年期租赁方案拆分投入"];
const PLACE = { latitude: 29.8683, longitude: 121.544, label: "宁波市鄞州区云杉食品厂" };
const SENDINGS = ["语音 35 秒", "语音 12 秒", "图片", "位置"];
const REPLIES = ["您觉得太贵吗？", "我把对比表发您", "明天上午我带工程师过来"];

/** A rep's phone; `dealOf(customer)` is the path of the page of their deal. */
export function repPhone(phone, dealOf) {
  let state = null;
  let open = APP;
  const read = new Map();
  const title = h("h2");
  const back = h("button", { type: "button", class: "back", "aria-label": "返回消息列表", onclick: () => show(null) });
  const lines = h("ol", { class: "lines" });
  const chats = h("ul", { class: "chats" });
  const foot = h("div", { class: "foot" });
  const nothing = h("p", { class: "nothing", hidden: true }, "还没有卡片。客户提到招标、预算或竞品时，这里会马上收到要做的事。点左上角可以看和客户的聊天，点右上角可以看商机、改阶段。");
  const files = chooser();
  const page = webView({ files, isApart: true });
  const openLink = (url) => page.open(state.rep.id, insideWecom(url));
  const openDeal = () => openLink(location.origin + dealOf(open === APP ? state.customer.id : open));
  const deal = h("button", { type: "button", class: "deal", title: "这位客户的商机：看节点、改阶段、手动发起", onclick: openDeal }, "商机");
  const screen = h("div", { class: "screen" }, h("header", { class: "top" }, back, title, deal), chats, nothing, lines, foot, page.element);
  const shell = frame(phone, screen);

  const tellApp = (text) => post("/sandbox/phones/api/rep/says", { id: state.rep.id, text });
  const tellCustomer = (text) => post("/sandbox/phones/api/rep/replies", { id: state.rep.id, customer: open, text });
  const talk = (seconds) => post("/sandbox/phones/api/rep/talks", { id: state.rep.id, seconds });
  const showPicture = () => post("/sandbox/phones/api/rep/shows", { id: state.rep.id });
  const sendPlace = () => post("/sandbox/phones/api/rep/stands", { id: state.rep.id, ...PLACE });
  const press = (card, key, selections) =>
    post("/sandbox/phones/api/rep/presses", { id: state.rep.id, task_id: card.task_id, key, selections });

  /** What is sent besides words, by what its button says. */
  function sendOther(what) {
    const seconds = Number(what.match(/\d+/)?.[0]);
    if (seconds) return talk(seconds);
    return what === "图片" ? showPicture() : sendPlace();
  }

  /** The app's chat, a customer's by id, or the list of chats (null). */
  function show(chat) {
    const isThere = chat === null || chat === APP || state?.rep.chats.some((one) => one.id === chat);
    open = isThere ? chat : APP;
    lines.replaceChildren();
    foot.replaceChildren();
    if (open !== null) {
      const send = open === APP ? tellApp : tellCustomer;
      if (open === APP) foot.append(suggestions(SENDINGS, sendOther));
      foot.append(suggestions(open === APP ? ANSWERS : REPLIES, send), writer(open === APP ? "回复盯单" : "回复客户", send));
    }
    draw();
  }

  function draw() {
    if (!state) return;
    const isList = open === null;
    screen.classList.toggle("is-list", isList);
    if (isList) {
      title.textContent = "消息";
      updateList(chats, rows(), drawRow);
      return;
    }
    const chat = state.rep.chats.find((one) => one.id === open);
    title.textContent = open === APP ? "盯单" : `${chat.name}@微信`;
    const shown = open === APP ? state.rep.lines : chat.lines;
    read.set(open, shown.length);
    nothing.hidden = shown.length > 0;
    updateLines(lines, withTimes(shown, state.now_ms), drawLine);
  }

  function rows() {
    const row = (id, name, list, words) => {
      const last = list.at(-1);
      const unread = Math.max(0, list.length - (read.get(id) ?? list.length));
      return { id, name, words: last ? words(last) : "还没有消息", when: last ? momentOf(last.at_ms, state.now_ms) : "", unread, at: last?.at_ms || 0 };
    };
    const all = state.rep.chats.map((chat) => row(chat.id, `${chat.name}@微信`, chat.lines, (line) => line.text));
    all.push(row(APP, "盯单", state.rep.lines, headlineOf));
    return all.sort((one, other) => other.at - one.at);
  }

  const drawRow = (row) => h("li", {}, h("button", { type: "button", onclick: () => show(row.id) },
    avatar(row.name.replace("@微信", ""), row.id === APP ? "app" : "customer"),
    h("span", { class: "who" }, row.name.replace("@微信", ""), row.id !== APP && h("em", {}, "@微信"), h("time", {}, row.when)),
    h("span", { class: "last" }, row.words, row.unread > 0 && h("b", {}, String(row.unread)))));

  function drawLine(line) {
    if (line.time) return timeMark(line);
    if (line.recalled) return h("li", { class: "when" }, "对方撤回了一条消息");
    const isOwn = line.from === "rep";
    const name = isOwn ? state.rep.name : line.name || "盯单";
    const picture = avatar(name, isOwn ? "rep" : line.from === "app" ? "app" : "customer");
    return h("li", { class: isOwn ? "line own" : "line" }, picture, body(line));
  }

  function body(line) {
    if (line.kind === "template_card") return drawCard(line.card, press, openLink);
    if (line.kind === "textcard") {
      const card = line.textcard;
      return h("div", { class: "card" }, h("h3", {}, card.title), h("p", { class: "desc" }, plain(card.description)),
        h("button", { type: "button", class: "jump", onclick: () => openLink(card.url) }, card.btntxt || "详情"));
    }
    if (line.kind === "markdown") return h("div", { class: "bubble markdown" }, drawMarkdown(line.text, openLink));
    return h("p", { class: "bubble" }, withLinks(line.text, openLink));
  }

  return {
    showTime: shell.showTime,
    open: show,
    reloadPage: page.reload,
    show(next) {
      if (state && state.rep.id !== next.rep.id) {
        read.clear();
        lines.replaceChildren();
        open = APP;
        state = null;
        page.close();
      }
      const before = state?.rep;
      state = next;
      for (const chat of next.rep.chats) if (!read.has(chat.id)) read.set(chat.id, chat.lines.length);
      if (!read.has(APP)) read.set(APP, next.rep.lines.length);
      if (!before || foot.childElementCount === 0 && open !== null) show(open);
      else draw();
      if (before) announce(before, next.rep);
    },
  };

  function announce(before, now) {
    const fresh = now.lines.slice(before.lines.length).filter((line) => line.from === "app").at(-1);
    if (open === null) return;
    if (fresh && open !== APP) shell.push("企业微信", "盯单", headlineOf(fresh), () => show(APP));
    for (const chat of now.chats) {
      const known = before.chats.find((one) => one.id === chat.id)?.lines.length ?? 0;
      const said = chat.lines.slice(known).filter((line) => line.from === "customer").at(-1);
      if (said && open !== chat.id && !(fresh && open !== APP)) shell.push("企业微信", chat.name, said.text, () => show(chat.id));
    }
  }
}

// Inside WeCom a page of ours logs its reader in by itself. A browser isn't WeCom, so the link takes
// the way that the login would have taken there.
function insideWecom(url) {
  const { origin, pathname, search } = new URL(url);
  return origin === location.origin ? `${origin}/login/wecom/start?${new URLSearchParams({ next: pathname + search })}` : url;
}

// WeCom shows <a href="…">…</a> in a text as a link, and nothing else of HTML.
function withLinks(text, openLink) {
  const parts = [];
  let end = 0;
  for (const found of (text || "").matchAll(/<a href="([^"<>]+)">([^<]*)<\/a>/g)) {
    parts.push(text.slice(end, found.index), h("button", { type: "button", class: "link", onclick: () => openLink(found[1]) }, found[2]));
    end = found.index + found[0].length;
  }
  return [...parts, (text || "").slice(end)];
}

// A textcard's description may hold <div class="gray"> and the like; only its words are shown.
function plain(html) {
  return (html || "").replace(/<br\s*\/?>/gi, "\n").replace(/<[^>]*>/g, "\n").replace(/\n{2,}/g, "\n").trim();
}
