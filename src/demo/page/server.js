// Talking with the server: what is on the phones, and what is done on them.

import { byId } from "./dom.js";

let toastTimer;

export function complain(what) {
  const toast = byId("toast");
  toast.textContent = what;
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { toast.hidden = true; }, 4000);
}

export async function post(path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    complain("服务没有应答，请稍后再试");
    return null;
  }
  const read = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    complain(said[read.error] || read.error || "没有成功");
    return null;
  }
  return read;
}

// The phones' own words, for whoever presses something at a bad moment.
const said = {
  "the card can't be pressed any more": "这张卡片已经不能再点了",
  "this person has no such card": "手机上没有这张卡片",
  "the card has no such button": "卡片上没有这个按钮",
  "the card does not offer this choice": "卡片上没有这个选项",
  "nothing is said": "还没有写内容",
  "there is no such open to-do": "这个待办已经完成了",
  "there is no deadline ahead": "现在没有等待中的截止时间",
};

export async function read(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/**
 * Calls `changed` at once and whenever something has changed, never twice at a time. The stream
 * is closed while nobody looks, and opened again after a failure.
 */
export function follow(changed) {
  let stream = null;
  let running = false;
  let again = false;
  let retry;

  async function refresh() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      try {
        await changed();
        document.body.classList.remove("offline");
      } catch {
        document.body.classList.add("offline");
      }
    } while (again);
    running = false;
  }

  function open() {
    clearTimeout(retry);
    stream?.close();
    stream = new EventSource("/sandbox/phones/events");
    stream.onmessage = refresh;
    stream.onerror = () => {
      document.body.classList.add("offline");
      if (stream.readyState === EventSource.CLOSED) retry = setTimeout(open, 1500);
    };
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      stream?.close();
      stream = null;
      clearTimeout(retry);
    } else if (!stream) {
      open();
    }
  });
  window.addEventListener("pagehide", () => stream?.close());
  open();
  return refresh;
}
