// WeCom's template cards, as the client shows them
// (developer.work.weixin.qq.com/document/path/90236).

import { h } from "./dom.js";

// What is chosen and not yet submitted, by card and question: a card is drawn again when it changes.
const choices = new Map();

/** What a list of chats shows of a line. */
export function headlineOf(line) {
  if (line.kind === "template_card") return `[卡片] ${line.card.content.main_title?.title || line.card.content.sub_title_text || ""}`;
  if (line.kind === "textcard") return `[卡片] ${line.textcard.title}`;
  return (line.text || "").replace(/<a href="[^"<>]+">([^<]*)<\/a>/g, "$1");
}

/** A card; `press(card, key, selections)` when a button is pressed, `open(url)` when a link is. */
export function drawCard(card, press, open) {
  const content = card.content;
  const parts = [
    source(content), title(content), emphasis(content), quote(content, open), rows(content, open),
    content.sub_title_text && h("p", { class: "sub" }, content.sub_title_text),
    vertical(content),
    ...questions(card),
    ...buttons(card, press, open),
    ...jumps(content, open),
  ];
  const isLink = content.card_action?.type === 1;
  const element = h("article", { class: `card ${content.card_type} is-${card.state}` }, parts);
  if (isLink && !content.button_list && !content.submit_button) {
    element.classList.add("leads");
    element.addEventListener("click", (event) => { if (!event.target.closest("button")) open(content.card_action.url); });
  }
  return element;
}

function source(content) {
  if (!content.source?.desc) return null;
  return h("p", { class: `source tint-${content.source.desc_color || 0}` }, h("i", { "aria-hidden": "true" }), content.source.desc,
    content.action_menu && h("span", { class: "menu", title: content.action_menu.desc || "更多" }, "···"));
}

function title(content) {
  const main = content.main_title;
  if (!main) return null;
  return h("div", { class: "title" }, main.title && h("h3", {}, main.title), main.desc && h("p", { class: "desc" }, main.desc));
}

function emphasis(content) {
  const big = content.emphasis_content;
  return big && h("p", { class: "emphasis" }, h("strong", {}, big.title || ""), h("span", {}, big.desc || ""));
}

function quote(content, open) {
  const area = content.quote_area;
  if (!area || !(area.title || area.quote_text)) return null;
  const parts = [area.title && h("b", {}, area.title), area.quote_text];
  return area.type === 1
    ? h("button", { type: "button", class: "quote", onclick: () => open(area.url) }, parts)
    : h("p", { class: "quote" }, parts);
}

function rows(content, open) {
  const list = content.horizontal_content_list || [];
  if (list.length === 0) return null;
  const value = (row) => row.type === 1
    ? h("button", { type: "button", class: "link", onclick: () => open(row.url) }, row.value || "查看")
    : row.value || "";
  return h("dl", {}, list.map((row) => [h("dt", {}, row.keyname), h("dd", {}, value(row))]));
}

function vertical(content) {
  const list = content.vertical_content_list || [];
  return list.length > 0 && h("dl", { class: "vertical" }, list.map((row) => [h("dt", {}, row.title), h("dd", {}, row.desc || "")]));
}

function questions(card) {
  const content = card.content;
  const lists = content.select_list || (content.button_selection ? [content.button_selection] : []);
  return [...lists.map((list) => dropDown(card, list)), content.checkbox && checkbox(card, content.checkbox)];
}

function dropDown(card, list) {
  const isShut = card.state !== "open" || list.disable;
  const chosen = card.chosen[list.question_key]?.[0] ?? choices.get(keyOf(card, list)) ?? list.selected_id ?? list.option_list[0]?.id;
  const select = h("select", { disabled: isShut, "aria-label": list.title || "请选择" },
    list.option_list.map((option) => h("option", { value: option.id, selected: option.id === chosen }, option.text)));
  select.addEventListener("change", () => choices.set(keyOf(card, list), select.value));
  select.dataset.question = list.question_key;
  return h("label", { class: "drop-down" }, h("span", {}, list.title || ""), select);
}

function checkbox(card, box) {
  const isShut = card.state !== "open" || box.disable;
  const kept = card.chosen[box.question_key] ?? choices.get(keyOf(card, box));
  const isChosen = (option) => kept ? kept.includes(option.id) : option.is_checked;
  const field = h("fieldset", { disabled: isShut }, box.option_list.map((option) => h("label", {},
    h("input", { type: box.mode === 1 ? "checkbox" : "radio", name: keyOf(card, box), value: option.id, checked: isChosen(option) }), option.text)));
  field.dataset.question = box.question_key;
  field.addEventListener("change", () => choices.set(keyOf(card, box), checkedIn(field)));
  return field;
}

const keyOf = (card, question) => `${card.task_id} ${question.question_key}`;
const checkedIn = (field) => [...field.querySelectorAll("input:checked")].map((input) => input.value);

function buttons(card, press, open) {
  const content = card.content;
  if (card.state === "closed" && card.replaced_by) return [h("div", { class: "buttons" }, h("button", { type: "button", disabled: true }, card.replaced_by))];
  const own = content.submit_button ? [{ ...content.submit_button, style: 1 }] : content.button_list || [];
  if (own.length === 0) return [];
  const isShut = card.state !== "open";
  const draw = (button) => {
    const element = h("button", { type: "button", class: `style-${button.style || 1}`, disabled: isShut && button.type !== 1 },
      card.state === "pressed" && card.pressed === button.key ? `${button.text} · 处理中` : button.text);
    element.addEventListener("click", async () => {
      if (button.type === 1) return open(button.url);
      const article = element.closest("article");
      const all = article.querySelectorAll(".buttons button");
      all.forEach((one) => { one.disabled = true; });
      const done = await press(card, button.key, selectionsIn(article));
      if (!done) all.forEach((one) => { one.disabled = false; });
    });
    return element;
  };
  return [h("div", { class: own.length > 2 ? "buttons many" : "buttons" }, own.map(draw))];
}

function selectionsIn(article) {
  const chosen = {};
  for (const select of article.querySelectorAll("select")) chosen[select.dataset.question] = [select.value];
  for (const field of article.querySelectorAll("fieldset")) chosen[field.dataset.question] = checkedIn(field);
  return chosen;
}

function jumps(content, open) {
  return (content.jump_list || []).map((jump) =>
    h("button", { type: "button", class: "jump", disabled: jump.type !== 1, onclick: () => open(jump.url) }, jump.title));
}
