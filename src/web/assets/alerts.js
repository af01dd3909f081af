// Deliveries and earlier alerts are fetched where their reader asks for them; what fails says so, and
// can be tried again. Without this script their links lead to pages.
const say = (chinese, english) => (document.documentElement.lang === "en" ? english : chinese);

const WANTED = "wanted";

function want(asker) {
  asker.dataset.lists = document.querySelectorAll(".alert-list").length;
  window.htmx.trigger(asker, WANTED);
}

function forgive(asker) {
  const told = asker.nextElementSibling;
  if (told?.classList.contains("failed")) told.remove();
}

function tell(asker) {
  forgive(asker);
  const told = document.createElement("p");
  told.className = "failed";
  told.setAttribute("role", "alert");
  told.textContent = say("没有加载成功。", "Not loaded. ");
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = say("重试", "Try again");
  again.addEventListener("click", () => want(asker));
  told.append(again);
  asker.after(told);
}

// Whoever asked for earlier alerts with a keyboard goes on at the first of them.
function goOn(asker) {
  const lists = document.querySelectorAll(".alert-list");
  lists[Number(asker.dataset.lists)]?.querySelector("a")?.focus();
}

document.addEventListener("toggle", (toggle) => {
  const ledger = toggle.target;
  if (ledger.matches("details.ledger") && ledger.open && !ledger.dataset.loaded) want(ledger);
}, true);

document.addEventListener("click", (click) => {
  const link = click.target.closest(".pager a[hx-get]");
  if (!link || click.button !== 0 || click.ctrlKey || click.metaKey || click.shiftKey || click.altKey) return;
  click.preventDefault();
  want(link);
});

// It comes after each answer, and after a time-out and a lost connection too.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful) {
    tell(detail.elt);
    return;
  }
  forgive(detail.elt);
  detail.elt.dataset.loaded = "yes";
  if (detail.elt.matches("a")) goOn(detail.elt);
});
