// The subset of Markdown that DingTalk and WeCom show. Nodes are built one by one, so text that a
// customer wrote stays text.

import { h } from "./dom.js";

/** Blocks: headings, quotes, lists, paragraphs. */
export function drawMarkdown(text, open) {
  const blocks = [];
  let list = null;
  for (const raw of (text || "").split("\n")) {
    const line = raw.trim();
    const bullet = /^(?:[-*+]|\d+\.)\s+(.*)$/.exec(line);
    if (bullet) {
      const item = h("li", {}, inline(bullet[1], open));
      if (list) list.append(item);
      else blocks.push(list = h(/^\d/.test(line) ? "ol" : "ul", {}, item));
      continue;
    }
    list = null;
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (heading) blocks.push(h(`h${Math.min(6, heading[1].length + 2)}`, {}, inline(heading[2], open)));
    else if (line.startsWith(">")) blocks.push(h("blockquote", {}, inline(line.slice(1).trim(), open)));
    else if (line !== "") blocks.push(h("p", {}, inline(line, open)));
  }
  return blocks;
}

const MARK = /\*\*(.+?)\*\*|\*(.+?)\*|!?\[([^\]]*)\]\(([^)\s]+)\)|<font[^>]*>(.*?)<\/font>/;

/** Bold, italic, links; pictures are shown by their name. */
function inline(text, open) {
  const nodes = [];
  let rest = text;
  for (let found = MARK.exec(rest); found; found = MARK.exec(rest)) {
    if (found.index > 0) nodes.push(rest.slice(0, found.index));
    const [all, bold, italic, label, address, tinted] = found;
    if (bold !== undefined) nodes.push(h("strong", {}, inline(bold, open)));
    else if (italic !== undefined) nodes.push(h("em", {}, italic));
    else if (tinted !== undefined) nodes.push(tinted);
    else nodes.push(h("button", { type: "button", class: "link", onclick: () => open(address) }, label || address));
    rest = rest.slice(found.index + all.length);
  }
  if (rest) nodes.push(rest);
  return nodes;
}
