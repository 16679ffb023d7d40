// Votes without a new page. Without this script the forms do the same, with one.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form.vote")) return;
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.disabled) return;
  const body = new FormData(form);
  body.set("value", button.value);
  button.disabled = true;
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const answer = await response.json();
    if (answer.login) {
      location.assign(answer.login);
    } else if (response.ok) {
      button.querySelector("span").textContent = answer.score;
      button.setAttribute("aria-pressed", answer.voted);
      button.value = answer.voted ? "0" : "1";
    } else {
      button.title = answer.error;
    }
  } catch {
    // No answer, or none of the forum's: let the browser show what there is.
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "value", value: button.value }));
    form.submit();
  } finally {
    button.disabled = false;
  }
});
