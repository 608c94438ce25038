// The interactive parts of Block Kit as native controls; `act(element, choice)` is called when one is used.
import { el, textObject } from "./text.js";

let serial = 0;
export const uid = (name) => `desk-${name}-${++serial}`;
const words = (text) => textObject(text).textContent;

// A control that acts at once, as in a message or a modal's action row.
export function acting(element, screen, act) {
  if (element.type === "button") return button(element, act);
  if (element.type === "overflow") return overflow(element, act);
  const control = field(element, screen, element.placeholder ? words(element.placeholder) : "Choose");
  control.node.addEventListener("change", () => confirmed(element, () => act(element, control.value())));
  return control.node;
}

function button(element, act) {
  const made = el("button", {
    type: "button",
    class: `b-button ${element.style ?? ""}`,
    "data-action": element.action_id,
    "aria-label": element.accessibility_label,
  }, textObject(element.text));
  made.addEventListener("click", () => confirmed(element, async () => {
    if (element.url) window.open(element.url, "_blank", "noopener");
    made.setAttribute("aria-busy", "true");
    await act(element, null);
    made.removeAttribute("aria-busy");
  }));
  return made;
}

function overflow(element, act) {
  const menu = el("div", { class: "b-menu", role: "menu", id: uid("menu"), hidden: true, "aria-label": "More actions" });
  const opener = el("button", {
    type: "button", class: "b-more", "data-action": element.action_id, "aria-haspopup": "menu", "aria-expanded": "false",
    "aria-controls": menu.id, "aria-label": "More actions",
  }, el("span", { "aria-hidden": "true" }, "⋯"));
  const close = (back) => {
    menu.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    if (back) opener.focus();
  };
  for (const option of element.options) menu.append(menuItem(option, () => { close(true); confirmed(element, () => act(element, option.value)); }));
  opener.addEventListener("click", () => {
    if (!menu.hidden) return close(true);
    menu.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    menu.firstElementChild.focus();
  });
  menu.addEventListener("keydown", (event) => moveInMenu(event, menu, close));
  const whole = el("div", { class: "b-overflow" }, opener, menu);
  whole.addEventListener("focusout", (event) => { if (!whole.contains(event.relatedTarget)) close(false); });
  return whole;
}

function menuItem(option, chosen) {
  const item = el("button", { type: "button", role: "menuitem", tabindex: "-1" }, textObject(option.text));
  if (option.description) item.append(el("small", {}, textObject(option.description)));
  item.addEventListener("click", chosen);
  return item;
}

function moveInMenu(event, menu, close) {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(true);
  } else if (event.key in moves) {
    event.preventDefault();
    items[(moves[event.key] + items.length) % items.length].focus();
  }
}

// Slack's "are you sure": the action happens only after the confirming button.
export function confirmed(element, go) {
  const ask = element.confirm;
  if (!ask) return go();
  const title = uid("confirm");
  const yes = el("button", { type: "button", class: `b-button ${ask.style ?? "primary"}` }, textObject(ask.confirm));
  const no = el("button", { type: "button", class: "b-button" }, textObject(ask.deny));
  const dialog = el("dialog", { class: "d-modal d-confirm", "aria-labelledby": title },
    el("h2", { id: title }, textObject(ask.title)), el("p", {}, textObject(ask.text)), el("div", { class: "d-foot" }, no, yes));
  const leave = () => { dialog.close(); dialog.remove(); };
  no.addEventListener("click", leave);
  yes.addEventListener("click", () => { leave(); go(); });
  dialog.addEventListener("cancel", leave);
  document.getElementById("desk").append(dialog);
  dialog.showModal();
  no.focus();
}

// --- controls that hold a value: { node, value() }; labelled by the caller through `label` or an outer <label>

export function field(element, screen, label, kept) {
  const makers = {
    plain_text_input: typed, email_text_input: typed, url_text_input: typed, number_input: typed,
    datepicker: picker, timepicker: picker,
    radio_buttons: group, checkboxes: group,
    external_select: external, multi_external_select: external,
  };
  return (makers[element.type] ?? menu)(element, screen, label, kept);
}

function typed(element, screen, label, kept) {
  const kinds = { email_text_input: "email", url_text_input: "url", number_input: "text" };
  const shared = {
    id: uid("field"), "data-action": element.action_id, placeholder: element.placeholder && words(element.placeholder),
    maxlength: element.max_length ?? 3000, "aria-label": label, inputmode: element.type === "number_input" ? "decimal" : null,
  };
  const node = element.multiline ? el("textarea", { rows: 4, ...shared }) : el("input", { type: kinds[element.type] ?? "text", ...shared });
  node.value = kept ?? element.initial_value ?? "";
  return { node, value: () => node.value || null };
}

function picker(element, screen, label, kept) {
  const type = element.type === "datepicker" ? "date" : "time";
  const node = el("input", { type, id: uid("field"), "data-action": element.action_id, "aria-label": label });
  node.value = kept ?? element.initial_date ?? element.initial_time ?? "";
  return { node, value: () => node.value || null };
}

function group(element, screen, label, kept) {
  const many = element.type === "checkboxes";
  const initial = kept ?? (many ? (element.initial_options ?? []).map((one) => one.value) : element.initial_option?.value);
  const name = uid("group");
  const node = el("div", { class: "b-group", role: many ? "group" : "radiogroup", "aria-label": label, "data-action": element.action_id });
  for (const option of element.options) {
    const box = el("input", { type: many ? "checkbox" : "radio", name, value: option.value });
    box.checked = many ? initial.includes(option.value) : initial === option.value;
    node.append(el("label", {}, box, el("span", {}, textObject(option.text, screen), option.description ? el("small", {}, textObject(option.description, screen)) : null)));
  }
  const chosen = () => [...node.querySelectorAll("input:checked")].map((box) => box.value);
  return { node, value: () => (many ? chosen() : chosen()[0] ?? null) };
}

function menu(element, screen, label, kept) {
  const many = element.type.startsWith("multi_");
  const node = el("select", { id: uid("field"), multiple: many, "data-action": element.action_id, "aria-label": label });
  if (!many) node.append(el("option", { value: "" }, element.placeholder ? words(element.placeholder) : "Choose"));
  for (const [name, choices] of choicesOf(element, screen)) {
    const home = name ? node.appendChild(el("optgroup", { label: name })) : node;
    for (const [value, shown] of choices) home.append(el("option", { value }, shown));
  }
  const initial = [kept ?? initialOf(element) ?? []].flat();
  for (const option of node.options) option.selected = initial.includes(option.value);
  const chosen = () => [...node.selectedOptions].map((option) => option.value).filter(Boolean);
  return { node, value: () => (many ? chosen() : chosen()[0] ?? null) };
}

function choicesOf(element, screen) {
  if (element.type.endsWith("users_select")) return [["", screen.people.filter((one) => one.acts).map((one) => [one.id, one.real_name])]];
  if (/(conversations|channels)_select$/.test(element.type)) return [["", screen.channels.map((one) => [one.id, one.direct ? one.name : `# ${one.name}`])]];
  const groups = element.option_groups ?? [{ options: element.options }];
  return groups.map((one) => [one.label ? words(one.label) : "", one.options.map((option) => [option.value, words(option.text)])]);
}

function initialOf(element) {
  return element.initial_option?.value ?? element.initial_options?.map((one) => one.value) ?? element.initial_user
    ?? element.initial_users ?? element.initial_conversation ?? element.initial_channel;
}

// Options come from the app while the person types.
function external(element, screen, label, kept) {
  const results = el("select", { id: uid("field"), "aria-label": label, "data-action": element.action_id }, el("option", { value: "" }, "Type above to search"));
  const search = el("input", { type: "search", "aria-label": `Search: ${label}`, placeholder: element.placeholder ? words(element.placeholder) : "Search" });
  let found = [];
  const offer = (options) => {
    found = options;
    results.replaceChildren(...(options.length ? options : [null]).map((one) => el("option", { value: one?.value ?? "" }, one ? words(one.text) : "Nothing found")));
  };
  if (kept ?? element.initial_option) offer([kept ?? element.initial_option]);
  search.addEventListener("input", async () => {
    if (search.value.length >= (element.min_query_length ?? 3)) offer(await screen.options(element, search.value));
  });
  return { node: el("div", { class: "b-external" }, search, results), value: () => found.find((one) => one.value === results.value) ?? null };
}
