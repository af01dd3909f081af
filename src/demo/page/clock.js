// The demo's clock: runs between two answers of the server, and can be moved on.

import { byId, dateOf, momentOf, timeOf } from "./dom.js";
import { post } from "./server.js";

// What pages in frames tell of time is old after such a jump, so they are opened again.
const JUMP_MS = 25 * 60000;

export function clock(phones, onJump) {
  let known = null;

  const now = () => known ? known.now_ms + (performance.now() - known.read_at) * known.speed : Date.now();

  function set(face) {
    const hasJumped = known !== null && face.now_ms - now() > JUMP_MS;
    known = { ...face, read_at: performance.now() };
    byId("speed").hidden = face.speed === 1;
    byId("speed").textContent = `×${face.speed}`;
    const next = face.next_deadline_ms;
    byId("to-deadline").disabled = next === null;
    byId("next-deadline").textContent = next === null ? "没有等待中的" : momentOf(next, face.now_ms);
    draw();
    if (hasJumped) onJump();
  }

  function draw() {
    if (!known) return;
    const ms = now();
    byId("date").textContent = dateOf(ms);
    byId("time").textContent = timeOf(ms);
    for (const phone of phones) phone.showTime(timeOf(ms));
  }

  async function move(body) {
    const face = await post("/demo/api/advance", body);
    if (face) set(face);
  }

  for (const button of document.querySelectorAll("[data-ms]")) {
    button.addEventListener("click", () => move({ ms: Number(button.dataset.ms) }));
  }
  byId("to-deadline").addEventListener("click", () => move({ to: "next_deadline" }));
  setInterval(draw, 1000);
  return { set };
}
