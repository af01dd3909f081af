// The prepared story: its caption, its progress, and where to look.

import { byId, h } from "./dom.js";
import { post } from "./server.js";

export function story(stage) {
  const play = byId("play");
  let state = "idle";
  let seen = 0;

  play.addEventListener("click", async () => {
    play.disabled = true;
    await post("/demo/api/story", { do: state === "playing" ? "stop" : "play" });
    play.disabled = false;
  });

  return {
    /** Called with each answer; the phones show what belongs to it already. */
    show(told) {
      const isNew = told.step !== seen || (told.state === "playing") !== (state === "playing");
      const isPlaying = told.state === "playing";
      const wasPlaying = state === "playing";
      state = told.state;
      seen = told.step;
      play.textContent = isPlaying ? "停止" : told.state === "idle" ? "播放预设剧情" : "再播放一遍";
      play.classList.toggle("stops", isPlaying);
      document.body.classList.toggle("is-playing", isPlaying);
      if (told.state === "idle" || !told.step) return;
      byId("dots").replaceChildren(...Array.from({ length: told.of }, (_, index) =>
        h("li", { class: index + 1 < told.step ? "done" : index + 1 === told.step ? "now" : "" })));
      byId("caption").replaceChildren(h("strong", {}, `${told.step}. ${told.title}`), told.caption);
      byId("protocol").textContent = told.protocol;
      // The last step is told and over at once; it is looked at all the same.
      if (isNew && (isPlaying || wasPlaying && told.state === "told")) stage.lookAt(told.look_at);
      if (!isPlaying) stage.lookAt(null);
    },
  };
}
