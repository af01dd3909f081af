// The phone's files: what opens when a page in the web view wants one. The demo's own files stand
// beside those of this computer.

import { h } from "./dom.js";
import { complain, read } from "./server.js";

/** A sheet over the web view, from which its forms choose a file. */
export function chooser() {
  const list = h("ul", {});
  const own = h("button", { type: "button", class: "own", onclick: fromComputer }, "用这台电脑上的文件…");
  const cancel = h("button", { type: "button", class: "cancel", onclick: () => close() }, "取消");
  const element = h("div", { class: "chooser", role: "dialog", "aria-label": "选择要上传的文件", hidden: true },
    h("div", { class: "sheet" }, h("h3", {}, "选择文件", h("small", {}, "演示手机里的示例，好的坏的都可以试")), list, own, cancel));
  element.addEventListener("click", (event) => { if (event.target === element) close(); });
  let asking = null;
  let isByHand = false;

  /** Takes over what the page in the frame does when one of its file fields is pressed. */
  function serve(frame) {
    let page;
    try {
      page = frame.contentDocument;
    } catch {
      return;
    }
    page?.addEventListener("click", (event) => {
      const field = event.target.closest?.('input[type="file"]');
      if (!field || isByHand) return;
      event.preventDefault();
      open(field);
    }, true);
  }

  async function open(field) {
    asking = field;
    const wanted = field.getAttribute("aria-label") || "";
    let samples;
    try {
      samples = await read("/demo/files");
    } catch {
      samples = [];
    }
    // A question of a process of one's own has no samples; then all are offered.
    const meant = samples.filter((sample) => sample.answers.includes(wanted));
    list.replaceChildren(...(meant.length > 0 ? meant : samples).map((sample) => h("li", {}, h("button", { type: "button", onclick: () => choose(sample) },
      h("b", {}, sample.name), h("span", { class: sample.is_good ? "good" : "bad" }, sample.says)))));
    element.hidden = false;
    list.querySelector("button")?.focus();
  }

  async function choose(sample) {
    const field = asking;
    close();
    const answer = await fetch(`/demo/files/${sample.id}`).catch(() => null);
    if (!answer?.ok) return complain("示例文件没有取到，请再试一次");
    // The page's own kinds, since a browser may not take those of another page.
    const { DataTransfer, File } = field.ownerDocument.defaultView;
    const held = new DataTransfer();
    held.items.add(new File([await answer.arrayBuffer()], sample.name));
    field.files = held.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  }

  function fromComputer() {
    const field = asking;
    close();
    isByHand = true;
    field.click();
    isByHand = false;
  }

  /** Answers whether it was open. */
  function close() {
    const wasOpen = !element.hidden;
    element.hidden = true;
    asking = null;
    return wasOpen;
  }

  return { element, serve, close };
}
