// The page that a link on a phone opens inside the client.

import { h } from "./dom.js";

/**
 * A web view that covers the phone's screen while it is open. `files`, if there is one, lets its
 * forms choose a file. With `isApart` it has cookies of its own where the browser can do that, so
 * that two phones are logged in as two people; elsewhere the last one to open a page is.
 */
export function webView({ files, isApart = false } = {}) {
  const title = h("h2", {}, "盯单");
  const holder = h("div", { class: "holder" });
  const shut = h("button", { type: "button", class: "shut", "aria-label": "关闭网页", onclick: close }, "✕");
  const element = h("div", { class: "web-view", hidden: true }, h("header", { class: "top" }, shut, title), holder, files?.element);
  let opener = null;
  element.addEventListener("keydown", (event) => { if (event.key === "Escape" && !files?.close()) close(); });

  // What is covered can't be reached by keyboard either. Focus follows whoever has it on this phone.
  function cover(isCovered) {
    const phone = element.parentElement;
    if (isCovered && !element.contains(document.activeElement)) {
      opener = phone.contains(document.activeElement) ? document.activeElement : null;
    }
    element.hidden = !isCovered;
    for (const other of phone.children) other.inert = isCovered && other !== element;
    if (isCovered && opener) shut.focus();
    if (!isCovered) opener?.focus();
    if (!isCovered) opener = null;
  }

  /** Opens a link as the phone of that person does: `dingtalk://` links are unwrapped by the server. */
  function open(as, url) {
    const frame = h("iframe", { title: "手机里打开的网页", credentialless: isApart, src: `/demo/open?${new URLSearchParams({ as, url })}` });
    frame.addEventListener("load", () => {
      title.textContent = titleOf(frame);
      element.classList.remove("is-loading");
      watch(frame);
      files?.serve(frame);
    });
    title.textContent = "正在打开…";
    element.classList.add("is-loading");
    holder.replaceChildren(frame);
    cover(true);
  }

  // Until the next page is there, or what is sent has arrived.
  function watch(frame) {
    try {
      frame.contentWindow.addEventListener("beforeunload", () => element.classList.add("is-loading"));
    } catch {
      // A page of another address tells nobody.
    }
  }

  function close() {
    files?.close();
    cover(false);
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
