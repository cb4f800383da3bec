// Signs out whoever hasn't clicked or typed for half an hour: asks the server how long is left, warns before, and leaves once it is over.
// What refreshes by itself doesn't count. The server knows the page of a session that runs today, which keeps its sign-in.

const WARN = 120; // seconds before the end
const BETWEEN = 60_000; // milliseconds from one word to the server that something was clicked or typed to the next
const AGAIN = 30; // seconds after an answer that didn't come
const RUNNING = 300; // seconds between two words of a session's page

const warning = document.getElementById("idle");
const words = warning.querySelector("p");
const stay = warning.querySelector("button");
let told = 0;
let timer;

function after(seconds) {
  clearTimeout(timer);
  timer = setTimeout(ask, Math.max(seconds, 1) * 1000);
}

async function ask(active) {
  const body = new URLSearchParams(active === true ? { active: "1" } : {});
  const session = location.pathname === "/live" && new URLSearchParams(location.search).get("id");
  if (session) body.set("session", session);
  let answer;
  try {
    answer = await fetch("/signin/stay", { method: "POST", body });
  } catch {
    return after(AGAIN);
  }
  if (answer.status === 401) return location.reload(); // leads to the sign-in page, and from there back to here
  if (!answer.ok) return after(AGAIN);
  const { left, can_stay } = await answer.json();
  if (left > WARN) {
    warning.close();
    return after(Math.min(left - WARN, session ? RUNNING : Infinity));
  }
  words.textContent = can_stay ? words.dataset.idle : words.dataset.long;
  stay.textContent = can_stay ? stay.dataset.idle : stay.dataset.long;
  if (!warning.open) warning.showModal();
  after(Math.min(left, 10)); // another tab may have put it off
}

function noticed() {
  if (Date.now() - told < BETWEEN && !warning.open) return;
  told = Date.now();
  ask(true);
}

for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, noticed, { capture: true, passive: true });
stay.addEventListener("click", () => warning.close());

// The server closes the connection of a sign-in that is over.
new MutationObserver(() => {
  const app = document.querySelector("[data-testid=stApp]");
  if (app && app.dataset.testConnectionState !== "CONNECTED") after(0);
}).observe(document.getElementById("root"), { subtree: true, attributes: true, attributeFilter: ["data-test-connection-state"] });

ask();
