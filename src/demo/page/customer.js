// The customer's phone: a 微信客服 chat in WeChat.

import { avatar, h, timeMark, updateLines, withTimes } from "./dom.js";
import { frame, suggestions, writer } from "./frame.js";
import { post } from "./server.js";

// Each opens something: 5 风险预判登记, 1 首次需求澄清, 3 竞品应对备案, and two that bring hints.
const IDEAS = ["你们太贵了，今年要走招标", "方案可以，我们准备下单了", "基恩士也给我们报了价", "财务还没批，先缓一缓吧", "还是太贵了"];

export function customerPhone(phone) {
  const title = h("h2");
  const lines = h("ol", { class: "lines" });
  const says = (text) => post("/sandbox/phones/api/customer/says", { id: who, text });
  let who = "";
  const shell = frame(phone, h("div", { class: "screen" },
    h("header", { class: "top" }, h("i", { class: "back", "aria-hidden": "true" }), title, h("i", { class: "more", "aria-hidden": "true" })),
    lines, suggestions(IDEAS, says), writer("发消息", says)));

  const draw = (line) => line.time ? timeMark(line) : line.recalled ? recalled(line) : bubble(line);

  function bubble(line) {
    const isOwn = line.from === "customer";
    const takeBack = h("button", { type: "button", class: "take-back", title: "撤回这条消息", onclick: () =>
      post("/sandbox/phones/api/customer/recalls", { id: who, line: line.id }) }, "撤回");
    return h("li", { class: isOwn ? "line own" : "line" },
      avatar(line.name, isOwn ? "customer" : "rep"),
      h("p", { class: "bubble" }, line.text),
      isOwn && takeBack);
  }

  const recalled = (line) => h("li", { class: "when" }, line.from === "customer" ? "你撤回了一条消息" : "对方撤回了一条消息");

  return {
    showTime: shell.showTime,
    show(state) {
      const own = state.customer;
      if (who !== own.id) lines.replaceChildren();
      who = own.id;
      title.textContent = own.account || "客服";
      updateLines(lines, withTimes(own.lines, state.now_ms), draw);
    },
  };
}
