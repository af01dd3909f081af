// The page that a link on a phone opens inside the client.

import { h } from "./dom.js";

/** A web view that covers the phone's screen while it is open. */
export function webView() {
  const title = h("h2", {}, "盯单");
  const holder = h("div", { class: "holder" });
  const element = h("div", { class: "web-view", hidden: true },
    h("header", { class: "top" }, h("button", { type: "button", class: "shut", "aria-label": "关闭网页", onclick: close }, "✕"), title),
    holder);

  /** Opens a link as the phone of that person does: `dingtalk://` links are unwrapped by the server. */
  function open(as, url) {
    const frame = h("iframe", { title: "手机里打开的网页", src: `/demo/open?${new URLSearchParams({ as, url })}` });
    frame.addEventListener("load", () => { title.textContent = titleOf(frame); });
    title.textContent = "正在打开…";
    holder.replaceChildren(frame);
    element.hidden = false;
  }

  function close() {
    element.hidden = true;
    holder.replaceChildren();
  }

  function reload() {
    const frame = holder.firstElementChild;
    if (frame) frame.src = frame.getAttribute("src");
  }

  return { element, open, close, reload, isOpen: () => !element.hidden };
}

function titleOf(frame) {
  try {
    return frame.contentDocument.title || "盯单";
  } catch {
    return "网页";
  }
}
