// A page is shown anew as soon as something else is chosen in its filters.
document.querySelector("form.filters")?.addEventListener("change", (change) => {
  const form = change.currentTarget;
  // Another region has other teams, another team other reps.
  if (change.target.name === "region" && form.team) form.team.value = "";
  if (["region", "team"].includes(change.target.name) && form.rep) form.rep.value = "";
  form.requestSubmit();
});
