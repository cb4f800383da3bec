// Watches what is typed and chosen in the fields of forms, and sends it to kit/typed.py, which keeps it until the form is saved.
//
// The fields are Streamlit's own, found by the class that it gives them from their key. A field is watched from the moment that somebody
// enters it, and what is in it is looked at four times a second: a choice or a date makes no event when it changes.

const SOON = 1_500; // milliseconds: what was typed is sent so long after, while the typing goes on; with the rest, within two seconds
const LOOK = 250;
const PATIENCE = 3_000; // what wasn't answered by then is sent again
const RESTART = 10_000; // how long a server that was started anew may take to draw the page
const TOGETHER = 3_000; // what is drawn so shortly before we know of the new server is drawn by it
const RECENT = 120_000; // what was typed so long before a restart may be newer than what the server knows

const FIELD = '[data-testid="stElementContainer"][class*="st-key-"]';
const TEXT = 'textarea, input[type="text"], input[type="email"]';

// By key: what is in the field, what was sent of it, since when they differ; of a text, also what somebody typed last, with its time and
// the caret, and when the server put something else there.
const fields = new Map();
const pending = new Map(); // by key: what was sent, and not answered yet
let send, tab, drawnAnew = 0, number = 0, sentAt = 0, isNew = false; // isNew: there is something that wasn't sent at all

export default function ({ data, parentElement, setTriggerValue }) {
  if (!parentElement.querySelector(".rr-typed")) {
    const mark = document.createElement("span");
    mark.className = "rr-typed";
    parentElement.append(mark);
  }
  if (!send) begin();
  send = setTriggerValue;
  if (tab && tab !== data.tab) drawnAnew = Date.now();
  tab = data.tab;
  number = Math.max(number, data.answered);
  for (const [key, words] of pending) if (words.number <= data.answered) pending.delete(key);
}

function begin() {
  for (const event of ["focusin", "pointerdown", "input"]) document.addEventListener(event, noticed, true);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pagehide", look);
  setInterval(look, LOOK);
}

// Which fields

function noticed({ target, type }) {
  const node = target.closest?.(FIELD);
  if (!node || !isOfForm(node)) return;
  const key = keyOf(node);
  const words = wordsIn(node);
  if (!fields.has(key)) fields.set(key, { words, sent: type === "input" ? null : words, since: Date.now() });
  if (type === "input" && isText(node)) typed(fields.get(key), words, target.selectionEnd);
}

function keyOf(node) {
  return [...node.classList].find((each) => each.startsWith("st-key-")).slice("st-key-".length);
}

function isText(node) {
  return node.querySelector('[data-testid="stTextArea"], [data-testid="stTextInput"]') && node.querySelector(TEXT);
}

// Outside a form, a choice or a number is sent as soon as it changes, and a search isn't kept.
function isOfForm(node) {
  return Boolean(node.closest('[data-testid="stForm"]') || isText(node));
}

// What is in a field, in words: those of what is chosen, a date and a time as HTML writes them, or whether a box is ticked.
function wordsIn(node) {
  const has = (kind) => node.querySelector(`[data-testid="${kind}"]`);
  if (has("stCheckbox")) return node.querySelector("input").checked;
  if (has("stRadio")) return textOf(node.querySelector("input:checked")?.closest("label")?.querySelector('[data-testid="stMarkdownContainer"]'));
  if (has("stButtonGroup")) return textOf(node.querySelector('[aria-checked="true"], [aria-pressed="true"]'));
  if (has("stMultiSelect")) return [...node.querySelectorAll("[data-tag]")].map((each) => each.ariaLabel);
  if (has("stDateInput")) return node.querySelector('input[type="date"]').value;
  if (has("stTimeInput")) return node.querySelector('input[type="hidden"]').value;
  return node.querySelector("textarea, input")?.value ?? "";
}

function textOf(node) {
  return node?.textContent.trim() ?? "";
}

// What changed

function changed(field, words) {
  if (same(field.words, field.sent)) field.since = Date.now();
  field.words = words;
}

function typed(field, words, caret) {
  changed(field, words);
  field.typed = { words, caret, at: Date.now() };
  field.drawn = null;
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function look() {
  for (const [key, field] of fields) {
    const node = document.querySelector(`${FIELD}.st-key-${CSS.escape(key)}`);
    if (!node) fields.delete(key);
    else isNew = lookAt(key, field, node) || isNew;
  }
  if (!send || (isChoosing() && !document.hidden)) return;
  if (isNew || (pending.size && Date.now() - sentAt > PATIENCE)) {
    isNew = false;
    sentAt = Date.now();
    send("typed", [...pending.values()]);
  }
}

// Whether a list or a calendar is open: a run of the server would close it.
function isChoosing() {
  const calendar = '[data-testid="stDateInputCalendarButton"]';
  return document.querySelector(`${FIELD} :is([role="combobox"], ${calendar})[aria-expanded="true"]`) !== null;
}

// Whether there is something to send of this field.
function lookAt(key, field, node) {
  const words = wordsIn(node);
  if (!same(words, field.words)) {
    changed(field, words); // chosen by somebody, or drawn by the server
    field.drawn = Date.now();
    pending.delete(key);
  }
  if (isOlder(field)) putBack(field, node);
  if (same(field.words, field.sent) || !(document.hidden || Date.now() - field.since >= SOON)) return false;
  field.sent = field.words;
  pending.set(key, { number: ++number, field: key, words: field.words });
  return true;
}

// A server that was started anew shows what it knew, which is older than what was typed last.
function isOlder({ words, typed, drawn }) {
  const isNewServer = Date.now() - drawnAnew < RESTART && drawn > drawnAnew - TOGETHER;
  return isNewServer && typed && typed.at > drawnAnew - RECENT && !same(words, typed.words);
}

function putBack(field, node) {
  const input = node.querySelector(TEXT);
  const kind = input instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  const { words, caret } = field.typed;
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(input, words); // past React's own, or it would see no change
  input.dispatchEvent(new Event("input", { bubbles: true })); // which is noticed here too, as if it was typed now
  if (input === document.activeElement) input.setSelectionRange(caret, caret);
  field.sent = null; // what was sent of it before may have found no server
}
