// What every phone has: status bar, screen, banner, home bar.

import { h } from "./dom.js";

/** Puts a phone's frame around a screen; `time` and `banner` are updated from outside. */
export function frame(phone, screen) {
  const time = h("span", { class: "now" });
  const banner = h("button", { type: "button", class: "banner", hidden: true });
  phone.append(
    h("div", { class: "glass" },
      h("div", { class: "status", "aria-hidden": "true" }, time, h("i", { class: "island" }),
        h("span", { class: "icons" }, h("i", { class: "signal" }), h("i", { class: "battery" }))),
      banner, screen, h("i", { class: "home", "aria-hidden": "true" })),
  );
  let timer;
  return {
    showTime(text) { time.textContent = text; },
    push(app, title, text, open) {
      clearTimeout(timer);
      banner.replaceChildren(h("b", {}, app), h("strong", {}, title), h("span", {}, text));
      banner.onclick = () => { banner.hidden = true; open(); };
      banner.hidden = false;
      timer = setTimeout(() => { banner.hidden = true; }, 6000);
    },
  };
}

/** The line at the bottom where one writes. */
export function writer(placeholder, send) {
  const field = h("input", { type: "text", placeholder, "aria-label": placeholder, maxlength: "2000", enterkeyhint: "send", autocomplete: "off" });
  const button = h("button", { type: "submit", disabled: true }, "发送");
  const form = h("form", { class: "writer" }, field, button);
  field.addEventListener("input", () => { button.disabled = field.value.trim() === ""; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    button.disabled = true;
    if (!(await send(text))) {
      field.value = text;
      button.disabled = false;
    }
  });
  return form;
}

/** Lines that can be sent with one press. */
export function suggestions(texts, send) {
  const chip = (text) => h("button", { type: "button", onclick: () => send(text) }, text);
  return h("div", { class: "suggestions", role: "group", "aria-label": "试试这些话" }, texts.map(chip));
}
