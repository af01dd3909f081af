// The director's phone: DingTalk, with the robot's messages, the to-do list and a web view.

import { avatar, h, momentOf, timeMark, updateLines, updateList, withTimes } from "./dom.js";
import { drawMarkdown } from "./markdown.js";
import { frame } from "./frame.js";
import { post } from "./server.js";
import { webView } from "./web_view.js";

const CHANNELS = { robot: "机器人", work_notice: "工作通知", group: "群" };

/** A director's phone; `dealOf(customer)` is the path of the page of their deal. */
export function directorPhone(phone, dealOf) {
  let state = null;
  let list = "messages";
  const title = h("h2");
  const tag = h("em", { class: "tag" }, "机器人");
  const lines = h("ol", { class: "lines" });
  const nothing = h("p", { class: "nothing" }, "还没有预警。客户说出异议、或者节点超时的时候，这里会马上收到。");
  const todos = h("ol", { class: "todos" });
  const noTodos = h("p", { class: "nothing" }, "没有待办。商机在「方案演示」停留超过 72 小时，这里会出现要您做的事。");
  const count = h("b", { hidden: true });
  const tab = (name, ...label) => h("button", { type: "button", role: "tab", "data-list": name, onclick: () => showList(name) }, label);
  const tabs = h("div", { class: "phone-tabs", role: "tablist", "aria-label": "钉钉" }, tab("messages", "消息"), tab("todos", "待办", count));
  const page = webView();
  const shortcut = (name, path, hint) => h("button", { type: "button", title: hint, onclick: () => openLink(`${location.origin}${path()}?via=dingtalk`) }, name);
  const chat = h("div", { class: "chat" },
    h("header", { class: "top" }, h("i", { class: "back", "aria-hidden": "true" }), title, tag, h("i", { class: "more", "aria-hidden": "true" })),
    tabs, nothing, lines, noTodos, todos,
    h("div", { class: "shortcuts" },
      shortcut("看板", () => "/"), shortcut("预警", () => "/alerts"), shortcut("抽查", () => "/spot-checks"),
      shortcut("商机", () => dealOf(state.customer.id), "左边这位客户的商机：看节点、改阶段、手动发起")));
  const shell = frame(phone, h("div", { class: "screen" }, chat, page.element));

  const openLink = (url) => page.open(state.director.id, url);

  /** The robot's messages, or the to-dos. */
  function showList(name) {
    const isOther = name !== list;
    list = name;
    for (const one of tabs.children) one.setAttribute("aria-selected", String(one.dataset.list === name));
    const isTodos = name === "todos";
    lines.hidden = isTodos;
    todos.hidden = !isTodos;
    nothing.hidden = isTodos || !state || state.director.lines.length > 0;
    noTodos.hidden = !isTodos || !state || state.director.todos.length > 0;
    if (!isTodos && isOther) lines.scrollTop = lines.scrollHeight;
  }

  function drawTodo(todo) {
    const tick = h("button", { type: "button", class: "tick", disabled: todo.done, "aria-label": todo.done ? "已完成" : `完成：${todo.subject}`, onclick: async () => {
      tick.disabled = true;
      if (!(await post("/sandbox/phones/api/director/ticks", { id: state.director.id, todo: todo.id }))) tick.disabled = false;
    } });
    return h("li", { class: todo.done ? "todo done" : "todo" }, tick,
      h("div", {}, h("p", { class: "subject" }, todo.subject), h("p", { class: "about" }, todo.description),
        h("p", { class: "about" }, `${momentOf(todo.at_ms, todo.now_ms)} · ${todo.done ? "已完成" : "未完成"}`,
          h("button", { type: "button", class: "link", onclick: () => openLink(todo.url) }, "查看"))));
  }

  function draw(line) {
    if (line.time) return timeMark(line);
    const isCard = line.buttons.length > 0;
    return h("li", { class: "line" }, avatar("盯单", "app"), h("article", { class: isCard ? "card action" : "card" },
      line.channel !== "robot" && h("p", { class: "source" }, CHANNELS[line.channel] || "", " · ", line.from),
      line.kind === "markdown" || line.kind === "action_card"
        ? h("div", { class: "markdown" }, drawMarkdown(line.text, openLink))
        : [line.title && h("h3", {}, line.title), h("p", { class: "text" }, line.text)],
      line.buttons.map((button) => h("button", { type: "button", class: "jump", onclick: () => openLink(button.url) }, button.title))));
  }

  return {
    showTime: shell.showTime,
    close() {
      page.close();
      showList("messages");
    },
    reloadPage: page.reload,
    /** Opens the newest message's first link, as a finger would. */
    openNewest() {
      const newest = state?.director.lines.findLast((line) => line.buttons.length > 0);
      if (newest) openLink(newest.buttons[0].url);
    },
    show(next) {
      const before = state?.director;
      const isSame = before?.id === next.director.id;
      if (!isSame) {
        lines.replaceChildren();
        page.close();
      }
      state = next;
      title.textContent = "盯单";
      const open = next.director.todos.filter((todo) => !todo.done);
      count.textContent = String(open.length);
      count.hidden = open.length === 0;
      // What is left comes first, the newest on top.
      const inOrder = next.director.todos.toReversed().sort((one, other) => Number(one.done) - Number(other.done));
      updateList(todos, inOrder.map((todo) => ({ ...todo, now_ms: dayOf(next.now_ms) })), drawTodo);
      showList(isSame ? list : "messages");
      updateLines(lines, withTimes(next.director.lines, next.now_ms), draw);
      const fresh = isSame ? next.director.lines.slice(before.lines.length).at(-1) : null;
      if (fresh && (page.isOpen() || list === "todos")) shell.push("钉钉", fresh.title || "盯单", words(fresh.text), this.close);
      const task = isSame ? next.director.todos.slice(before.todos.length).at(-1) : null;
      if (task) shell.push("钉钉", "待办", task.subject, () => { page.close(); showList("todos"); });
    },
  };
}

// What is shown of a moment changes once a day.
const dayOf = (ms) => Math.floor((ms + 8 * 3600000) / 86400000) * 86400000;

const words = (text) => text.replace(/[#>*-]+/g, " ").replace(/\s+/g, " ").trim();
