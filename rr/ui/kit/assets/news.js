// The bar at the foot of the window that says what the last gesture did, and undoes it. kit/news.py sends what it says.
//
// There is one bar, whichever part of the page sends the news: a page and a fragment of it may both. Texts become text nodes.

const STAYS = 20_000; // milliseconds that good news is shown; a refusal stays
const PATIENCE = 3_000; // a press that wasn't answered by then is sent again
const TRIES = 10;
const THEME = ["text-color", "background-color", "secondary-background-color", "border-color", "primary-color", "red-color", "green-color", "font", "base-radius"];

const mounts = new Map(); // by the element that Streamlit gives us, how to send from there
const bar = begin();
let shown = 0; // the number of the news that was shown last
let timer = 0;
let before = null; // what had the focus

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.closest("[data-testid=stElementContainer]");
  if (box) box.style.display = "none"; // the bar isn't part of the page's flow
  mounts.set(parentElement, setTriggerValue);
  if (data.number > shown) {
    shown = data.number;
    dress(parentElement);
    tell(data);
  } else if (data.number === shown && data.link) {
    show(bar.link, data);
  }
}

function begin() {
  const root = make("section", { id: "rr-news", "aria-label": "News" });
  const news = { root, status: make("p", { role: "status" }), alert: make("div", { role: "alert" }) };
  news.undo = make("button", { type: "button", "data-act": "undo", "aria-keyshortcuts": "Control+Z", title: "Ctrl+Z" }, "Undo");
  news.link = make("a", { href: "/" });
  news.close = make("button", { type: "button", "data-act": "close", "aria-label": "Close" }, "×");
  root.hidden = true;
  root.append(make("div", {}, news.status, news.alert, news.link, news.undo, news.close));
  document.body.append(root);
  news.undo.addEventListener("click", undo);
  news.link.addEventListener("click", follow);
  news.close.addEventListener("click", hide);
  for (const name of ["mouseenter", "focusin"]) root.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["mouseleave", "focusout"]) root.addEventListener(name, wait);
  document.addEventListener("keydown", keyed);
  new ResizeObserver(makeRoom).observe(root);
  return news;
}

function make(tag, attributes, ...inside) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...inside);
  return node;
}

// The theme's colours and font are known where Streamlit put us, and the bar is outside of it.
function dress(parent) {
  const style = getComputedStyle(parent);
  for (const name of THEME) bar.root.style.setProperty(`--st-${name}`, style.getPropertyValue(`--st-${name}`));
}

function tell(data) {
  clearTimeout(timer);
  if (!bar.root.contains(document.activeElement)) before = document.activeElement;
  if (data.reveal) reveal();
  if (!data.headline) return hide();
  bar.root.dataset.refused = String(Boolean(data.refused));
  bar.undo.hidden = !data.undo;
  bar.undo.ariaBusy = bar.undo.ariaDisabled = null;
  show(bar.link, data);
  const lines = [data.headline, ...(data.lines ?? [])];
  const [says, other] = data.refused ? [bar.alert, bar.status] : [bar.status, bar.alert];
  other.replaceChildren();
  says.replaceChildren();
  bar.root.hidden = false;
  // A moment later, so that the same words are read out again.
  requestAnimationFrame(() => says.replaceChildren(...lines.map((line) => make("span", {}, line))));
  bar.root.dataset.stays = data.refused ? "" : "short";
  wait();
}

function show(link, data) {
  link.hidden = !data.link;
  link.textContent = data.link ?? "";
  link.setAttribute("href", data.href ?? "/");
}

function wait() {
  clearTimeout(timer);
  if (bar.root.dataset.stays && !bar.root.matches(":hover, :focus-within")) timer = setTimeout(hide, STAYS);
}

function hide() {
  clearTimeout(timer);
  const had = bar.root.contains(document.activeElement);
  bar.root.hidden = true;
  if (had && before?.isConnected) before.focus({ preventScroll: true });
}

// The page ends above the bar. What has the focus stays in view.
function makeRoom() {
  const page = document.documentElement;
  const height = bar.root.hidden ? 0 : bar.root.offsetHeight;
  page.classList.toggle("rr-news", height > 0);
  page.style.setProperty("--rr-news-height", `${height}px`);
  const focused = document.activeElement;
  if (height && focused !== document.body && focused.getBoundingClientRect().bottom > innerHeight - height) {
    focused.scrollIntoView({ block: "nearest" });
  }
}

// What was refused stands beside its place, which the server draws after this: bring it into view once it is there.
function reveal(tries = 20) {
  const alerts = [...document.querySelectorAll("[data-testid=stAlert]")].filter((alert) => alert.offsetParent);
  const drawn = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning";
  if (!drawn || !alerts.length) {
    if (tries) setTimeout(() => reveal(tries - 1), 100);
    return;
  }
  const inView = ({ top, bottom }) => top >= 0 && bottom <= innerHeight;
  if (!alerts.some((alert) => inView(alert.getBoundingClientRect()))) alerts[0].scrollIntoView({ block: "center" });
}

// What somebody does

function undo() {
  if (bar.undo.ariaBusy) return;
  bar.undo.ariaBusy = bar.undo.ariaDisabled = "true"; // not `disabled`, which would take the focus from it
  send("undo", shown, TRIES);
}

// The server may drop a message for another click: it is sent until there is other news.
function send(what, number, tries) {
  if (number !== shown) return;
  if (!tries) {
    bar.undo.ariaBusy = bar.undo.ariaDisabled = null;
    return;
  }
  for (const parent of mounts.keys()) if (!parent.isConnected) mounts.delete(parent);
  mounts.values().next().value?.(what, number);
  setTimeout(() => send(what, number, tries - 1), PATIENCE);
}

function follow(event) {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  send("open", shown, 1);
}

function keyed(event) {
  const undoes = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
  const types = event.target.closest?.("textarea, [contenteditable=true], input:not([type=checkbox], [type=radio])");
  if (!undoes || types || bar.root.hidden || bar.undo.hidden) return;
  event.preventDefault();
  undo();
}
