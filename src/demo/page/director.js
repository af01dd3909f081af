// The director's phone: DingTalk, with the robot's messages and a web view.

import { avatar, h, timeMark, updateLines, withTimes } from "./dom.js";
import { drawMarkdown } from "./markdown.js";
import { frame } from "./frame.js";
import { webView } from "./web_view.js";

const CHANNELS = { robot: "机器人", work_notice: "工作通知", group: "群" };

export function directorPhone(phone) {
  let state = null;
  const title = h("h2");
  const tag = h("em", { class: "tag" }, "机器人");
  const lines = h("ol", { class: "lines" });
  const nothing = h("p", { class: "nothing" }, "还没有预警。客户说出异议、或者节点超时的时候，这里会马上收到。");
  const page = webView();
  const shortcut = (name, path) => h("button", { type: "button", onclick: () => openLink(location.origin + path) }, name);
  const chat = h("div", { class: "chat" },
    h("header", { class: "top" }, h("i", { class: "back", "aria-hidden": "true" }), title, tag, h("i", { class: "more", "aria-hidden": "true" })),
    nothing, lines,
    h("div", { class: "shortcuts" }, shortcut("异议看板", "/?via=dingtalk"), shortcut("预警列表", "/alerts?via=dingtalk")));
  const shell = frame(phone, h("div", { class: "screen" }, chat, page.element));

  const openLink = (url) => page.open(state.director.id, url);

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
    close: page.close,
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
      nothing.hidden = next.director.lines.length > 0;
      updateLines(lines, withTimes(next.director.lines, next.now_ms), draw);
      const fresh = isSame ? next.director.lines.slice(before.lines.length).at(-1) : null;
      if (fresh && page.isOpen()) shell.push("钉钉", fresh.title || "盯单", words(fresh.text), page.close);
    },
  };
}

const words = (text) => text.replace(/[#>*-]+/g, " ").replace(/\s+/g, " ").trim();
