// Draws a list of records from the data that kit/rows.py sends, and sends back what somebody does.
//
// Streamlit calls the function below whenever the data changed. An element is kept for each record, and left alone while its data is the
// same, so that focus, opened details and chosen options stay. Texts become text nodes, never markup.

const PATIENCE = 3_000; // milliseconds: a press that wasn't answered by then is sent again
const TRIES = 10; // then it was lost, and may be made again
const lists = new WeakMap(); // by the element that Streamlit gives us

export default function ({ data, parentElement, setTriggerValue }) {
  if (!lists.has(parentElement)) lists.set(parentElement, begin(parentElement));
  const list = lists.get(parentElement);
  list.data = data;
  list.send = setTriggerValue;
  list.number = Math.max(list.number, data.answered);
  list.pending = list.pending.filter((press) => press.number > data.answered);
  draw(list);
}

function begin(parent) {
  const root = make("div", { class: "rr-rows" });
  root.style.visibility = "hidden"; // until rows.css is there, which says otherwise
  const list = { root, items: new Map(), number: 0, pending: [] };
  root.addEventListener("click", (event) => clicked(list, event));
  root.addEventListener("keydown", (event) => moveBetweenHeadings(root, event));
  parent.append(root);
  return list;
}

// Drawing

function make(tag, attributes = {}, ...inside) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...inside.flat().filter(Boolean)); // a string becomes a text node
  return node;
}

function icon(name) {
  return name && make("span", { class: "icon", "data-icon": name, "aria-hidden": "true" });
}

function draw(list) {
  const { root, data } = list;
  const focus = whereFocusIs(root);
  const sections = data.groups.map((group, place) => section(list, group, root.children[place]));
  const shown = new Set(data.groups.flatMap((group) => group.rows.map((row) => row.id)));
  for (const id of list.items.keys()) if (!shown.has(id)) list.items.delete(id);
  arrange(root, sections);
  root.dataset.layout = data.layout;
  showBusy(list);
  putFocusBack(root, focus);
}

function section(list, group, kept) {
  const made = kept ?? make("section", {}, make("h2"), make("ul", { role: "list" }));
  const [heading, rows] = made.children;
  heading.textContent = group.heading;
  heading.className = group.hidden ? "hidden" : "";
  arrange(rows, group.rows.map((row) => item(list, row)));
  return made;
}

// The children of a node, in this order. What is in its place already isn't touched: a node that moves loses the focus.
function arrange(parent, nodes) {
  for (const child of [...parent.children]) if (!nodes.includes(child)) child.remove();
  nodes.forEach((node, place) => {
    if (parent.children[place] !== node) parent.insertBefore(node, parent.children[place] ?? null);
  });
}

function item(list, row) {
  const options = row.buttons?.filter((button) => button.choice).map((button) => list.data.options[button.choice.options]);
  const data = JSON.stringify([row, options]);
  const kept = list.items.get(row.id);
  if (kept?.data === data) return kept.node;
  const node = kept?.node ?? make("li", { "data-id": String(row.id) });
  const opened = node.querySelector("details")?.open;
  const before = [...node.querySelectorAll("select")];
  node.className = row.chosen ? "chosen" : "";
  const when = row.when && make("p", { class: "when" }, row.when);
  node.replaceChildren(...[when, record(row), ...actions(row, list.data.options)].filter(Boolean));
  if (opened) node.querySelector("details")?.setAttribute("open", "");
  for (const select of node.querySelectorAll("select")) {
    const old = before.find((each) => each.dataset.part === select.dataset.part);
    if (old?.dataset.first === select.dataset.first) select.value = old.value; // what is chosen, and not yet sent
  }
  list.items.set(row.id, { node, data });
  return node;
}

function record(row) {
  const current = row.chosen && { "aria-current": "true" };
  const heading = row.href ? make("a", { href: row.href, "data-part": "heading", ...current }, row.heading) : row.heading;
  return make("div", { class: "record" }, [
    make("h3", {}, icon(row.icon), heading),
    row.number && make("p", { class: "number" }, row.number),
    ...(row.detail ?? []).map((line) => make("p", { class: "detail" }, line)),
    row.words && make("p", { class: "words" }, row.words),
    row.badges && make("p", { class: "badges" }, row.badges.flatMap((badge) => [" ", badgeOf(badge)])),
    row.facts && pairs(row.facts),
    row.more && make("details", {}, summary(row), pairs(row.more)),
    row.links && make("p", { class: "links" }, row.links.flatMap((link, place) => [" ", linkOf(link, row, place)])),
  ]);
}

function badgeOf({ colour, icon: name, words }) {
  return make("span", { class: `badge ${colour}` }, icon(name), words);
}

function linkOf({ href, icon: name, words, about }, row, place) {
  return make("a", { href, "data-part": `link ${place}`, "aria-label": `${words}: ${about ?? row.heading}` }, icon(name), words);
}

function summary(row) {
  return make("summary", { "data-part": "more" }, row.more_label, make("span", { class: "hidden" }, `: ${row.heading}`));
}

function pairs(facts) {
  return make("dl", {}, facts.map(([label, text]) => make("div", {}, make("dt", {}, label), " ", make("dd", {}, text))));
}

function actions(row, options) {
  if (!row.buttons) return [];
  return [make("div", { class: "actions" }, row.buttons.flatMap((button) => action(button, options)))];
}

function action({ act, words, about, icon: name, primary, choice }, options) {
  const known = { type: "button", class: primary && "primary", "data-act": act, "data-part": `button ${act}` };
  const button = make("button", { ...known, "aria-label": `${words}: ${about}` }, icon(name), words);
  if (!choice) return [button];
  const select = selectOf(choice, act, about, options[choice.options]);
  return [make("span", { class: "choice" }, select, icon("keyboard_arrow_down")), button];
}

function selectOf({ label, value, none }, act, about, options) {
  const offered = none ? [["", none], ...options] : options;
  const select = make("select", { required: true, "aria-label": `${label}: ${about}`, "data-part": `choice ${act}` });
  select.append(...offered.map(([each, words]) => new Option(words, each)));
  select.value = select.dataset.first = value ?? "";
  return select;
}

// What somebody does

function clicked(list, event) {
  const button = event.target.closest("button");
  if (button) press(list, button);
  const link = event.target.closest("a");
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (link && plain) {
    event.preventDefault();
    list.send("open", link.getAttribute("href"));
  }
}

function press(list, button) {
  const item = button.closest("li");
  const id = Number(item.dataset.id);
  const select = [...item.querySelectorAll("select")].find((each) => each.dataset.part === `choice ${button.dataset.act}`);
  if (button.ariaBusy || (select && !select.reportValidity())) return;
  const made = { number: ++list.number, id, act: button.dataset.act, choice: select?.value ?? "", key: list.data.key };
  list.pending.push(made);
  sendPending(list, made, TRIES);
  showBusy(list);
}

// All that weren't answered: of two quick messages the server may see the last alone, and it may drop one for another click.
function sendPending(list, made, tries) {
  if (!list.root.isConnected || !list.pending.includes(made)) return;
  if (tries) {
    list.send("act", [...list.pending]);
    setTimeout(() => sendPending(list, made, tries - 1), PATIENCE);
  } else {
    list.pending = list.pending.filter((one) => one !== made);
    showBusy(list);
  }
}

// A busy button isn't `disabled`, which would take the focus from it.
function showBusy({ root, pending }) {
  for (const button of root.querySelectorAll("button")) {
    const id = Number(button.closest("li").dataset.id);
    const busy = pending.some((one) => one.id === id && one.act === button.dataset.act);
    button.ariaBusy = button.ariaDisabled = busy ? "true" : null;
  }
}

function moveBetweenHeadings(root, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches("h3 a")) return;
  const headings = [...root.querySelectorAll("h3 a")];
  const next = headings[headings.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

// The focus

function whereFocusIs(root) {
  const element = document.activeElement;
  const item = root.contains(element) && element.closest("li");
  return item && { element, id: item.dataset.id, part: element.dataset.part, place: [...root.querySelectorAll("li")].indexOf(item) };
}

// To the same part of the same record; if the record is gone, to the one that took its place.
function putFocusBack(root, was) {
  if (!was || document.activeElement === was.element) return;
  const items = [...root.querySelectorAll("li")];
  const item = items.find((each) => each.dataset.id === was.id) ?? items[Math.min(was.place, items.length - 1)];
  const parts = [...(item?.querySelectorAll("[data-part]") ?? [])];
  (parts.find((part) => part.dataset.part === was.part) ?? parts[0])?.focus({ preventScroll: true });
}
