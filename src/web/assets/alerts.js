// The delivery ledger of an alert is fetched when it is opened.
"use strict";

const say = (chinese, english) => (document.documentElement.lang === "en" ? english : chinese);

document.addEventListener("toggle", async (toggle) => {
  const ledger = toggle.target;
  if (!ledger.matches?.(".ledger") || !ledger.open) return;
  const place = ledger.querySelector(".ledger-part");
  try {
    const answer = await fetch(ledger.dataset.part, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    place.innerHTML = await answer.text();
  } catch {
    place.textContent = say("没有加载成功，请收起后重试。", "Not loaded. Please close this and try again.");
  }
}, true);
