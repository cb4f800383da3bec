// What Streamlit leaves to be done in its pages. Runs before its own code, which reads window.__streamlit once.

// The app's root and what the server says of it: Streamlit would else ask for it below the page's own address, in vain, before it connects.
const fonts = { bodyFont: "rr-body, rr-body-fallback, sans-serif", headingFont: "rr-head, rr-head-fallback, sans-serif" };
window.__streamlit = {
  BACKEND_BASE_URL: `${location.origin}/`,
  HOST_CONFIG: { allowedOrigins: [location.origin], useExternalAuthToken: false, enableCustomParentMessages: false, metricsUrl: "" },
  LIGHT_THEME: { ...fonts, backgroundColor: "#FCFAF6", textColor: "#0E1818" }, // until the whole theme comes with the first message
  DARK_THEME: { ...fonts, backgroundColor: "#121B1B", textColor: "#EFEAE0" },
};
window.prerenderReady = false;

// The server closes the oldest of too many pages and says so by a code of its own (rr/web/open_sockets.py). Streamlit mustn't hear of it: it
// would connect again at once, and close the next.

const TOO_MANY = 4012;
const tooMany = document.getElementById("too-many");

window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("close", (event) => {
      if (event.code !== TOO_MANY) return;
      event.stopImmediatePropagation();
      tooMany.showModal();
    });
  }
};
tooMany.addEventListener("close", () => location.reload());
tooMany.querySelector("button").addEventListener("click", () => tooMany.close());

const root = document.getElementById("root");

// The first page is shown when its heading, the menu and the filters are there, so that nothing moves under the reader's eyes.

const PATIENCE = 2_000; // milliseconds for the parts of a page whose heading is there
const LONGEST = 5_000; // and for a page that has none

function hasStarted() {
  if (root.querySelector("[role=dialog], [role=alert]")) return true;
  if (!root.querySelector("[data-testid=stMain] h1")) return false;
  setTimeout(show, PATIENCE);
  if (!root.querySelector("[data-testid=stSidebarNavItems]") || root.querySelector("[data-testid=stMain] [data-testid=stSkeleton]")) return false;
  return [...root.querySelectorAll("[class*=st-key-][class*=_list]")].every((list) => list.querySelector("li")); // their script comes last
}

function show() {
  starting.disconnect();
  document.documentElement.classList.remove("starting");
  document.getElementById("starting")?.remove();
}

const starting = new MutationObserver(() => hasStarted() && show());
starting.observe(root, { childList: true, subtree: true });
setTimeout(show, LONGEST);

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("stMain")?.focus();
});

// On a phone the menu lies over the page: it goes once a page was chosen.

const PHONE = matchMedia("(max-width: 768px)"); // as wide as Streamlit lets it

root.addEventListener("click", (event) => {
  if (PHONE.matches && event.target.closest("[data-testid=stSidebar] a")) {
    root.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
  }
});

// After every change of the page: what Streamlit leaves out for whoever hears it or uses the keyboard.

let asked = false;
new MutationObserver(() => {
  if (!asked) requestAnimationFrame(complete);
  asked = true;
}).observe(root, { childList: true, characterData: true, subtree: true });

function complete() {
  asked = false;
  hideIcons();
  nameMenu();
  nameControls();
  keepFocus();
  beginInField();
  drawCharts();
}

// An icon inside words is named by its ligature, "handshake icon", beside the words that say what it is.
function hideIcons() {
  for (const icon of root.querySelectorAll("[role=img][translate=no]:not([aria-hidden])")) icon.ariaHidden = "true";
}

// The menu: a list for each section, named by its heading, where Streamlit has one list with headings and entries in it.
function nameMenu() {
  for (const menu of root.querySelectorAll("[data-testid=stSidebarNavItems]:not([role])")) menu.setAttribute("role", "none");
  for (const entry of root.querySelectorAll("[data-testid=stSidebarNavItems] > li:not([role])")) entry.setAttribute("role", "none");
  for (const section of root.querySelectorAll("[data-testid=stSidebarNavItems] > div:not([role])")) {
    section.setAttribute("role", "list");
    section.setAttribute("aria-label", words(section.querySelector("header")));
    for (const entry of section.querySelectorAll("li")) entry.setAttribute("role", "listitem");
  }
}

// Buttons and links of one name say what they are about: "Edit: Find a room for the youth group". One without words has its tip's.
function nameControls() {
  const controls = [...root.querySelectorAll(CONTROLS)].map((control) => [control, ownName(control)]);
  const count = new Map();
  for (const [, name] of controls) count.set(name, (count.get(name) ?? 0) + 1);
  for (const [control, name] of controls) {
    const full = count.get(name) > 1 ? [name, subject(control)].filter(Boolean).join(": ") : name;
    if (full !== (control.ariaLabel ?? words(control))) control.ariaLabel = full;
  }
}

const CONTROLS = `[data-testid=stMain] :is(
  [data-testid^=stBaseButton], [data-testid=stPopover] button, [data-testid=stMenuButton] button, [data-testid^=stPageLink] a, [data-testid=stNumberInput] button
)`;
const given = new WeakMap(); // by control: the name that Streamlit gave it where its words are no name

function ownName(control) {
  if (!given.has(control)) given.set(control, control.ariaLabel);
  const tip = control.getAttribute("aria-describedby")?.split(" ").map((id) => document.getElementById(id)).find(Boolean);
  return words(control) || given.get(control) || (tip ? words(tip) : "");
}

// What a control is about: the words of its field's label, else the nearest heading or strong words before it.
function subject(control) {
  const label = control.closest("[data-testid=stElementContainer]")?.querySelector("label");
  if (label) return words(label);
  for (let part = control.parentElement; part && part.id !== "stMain"; part = part.parentElement) {
    const found = part.querySelector("h2, h3, h4, strong");
    if (found) return words(found).slice(0, 80);
  }
  return "";
}

// The words of a part, without the names of its icons.
function words(part) {
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  let said = "";
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest("[translate=no]")) said += ` ${walker.currentNode.data}`;
  }
  return said.trim().replace(/\s+/g, " ");
}

// A button that is drawn anew, since it looks different once pressed, has the focus again.

let focused; // what had the focus last, and the key of its widget

root.addEventListener("focusin", ({ target }) => {
  const widget = target.closest("[class*=st-key-]");
  focused = { target, key: widget && [...widget.classList].find((name) => name.startsWith("st-key-")) };
});

function keepFocus() {
  if (!focused?.key || focused.target.isConnected || document.activeElement !== document.body) return;
  const { tagName } = focused.target;
  root.querySelector(`.${CSS.escape(focused.key)} ${tagName}:not([disabled])`)?.focus({ preventScroll: true });
}

// During a session, typing begins without looking for the field.

const FIRST_FIELD = ".st-key-live_line :is(input, textarea)";
let begunAt = "";

function beginInField() {
  const field = root.querySelector(FIRST_FIELD);
  const here = field ? location.href : "";
  const elsewhere = !root.querySelector("[data-testid=stMain]")?.contains(document.activeElement);
  if (field && !begunAt && elsewhere) field.focus({ preventScroll: true });
  begunAt = here;
}

// A chart takes longer than all else of its page: each is drawn in a turn of its own once the page is there. Streamlit draws none that has
// no width, which it has from app.css until then.

const whenIdle = window.requestIdleCallback ?? setTimeout; // Safari has none
const hasEnded = () => root.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning";
let waiting = false; // a chart, for its turn

function drawCharts() {
  const chart = root.querySelector("[data-testid=stVegaLiteChart]:not([data-drawn])");
  if (!chart || waiting) return;
  waiting = true;
  whenIdle(() => {
    waiting = false;
    if (hasEnded()) chart.dataset.drawn = "";
    drawCharts();
  });
}
