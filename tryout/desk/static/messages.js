// One message, and a list of them that keeps focus and place while the workspace changes under it.
import { drawBlocks } from "./blocks.js";
import { el, formatted, mrkdwn } from "./text.js";

export function keepList(list, messages, draw) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const wanted = messages.map((message) => kept(old, message, draw));
  const focus = focusIn(list);
  wanted.forEach((node, at) => { if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null); });
  while (list.children.length > wanted.length) list.lastElementChild.remove();
  if (focus && !list.contains(document.activeElement)) refocus(list, focus);
  if (atEnd || !old.size) requestAnimationFrame(() => showNewest(list));
}

// To the end, but never past the top of a newest message that is taller than the room there is.
function showNewest(list) {
  const newest = list.lastElementChild;
  if (newest) list.scrollTop = Math.min(list.scrollHeight, newest.offsetTop - list.offsetTop - 8);
}

function kept(old, message, draw) {
  const state = JSON.stringify(message);
  const before = old.get(message.ts);
  if (before?.deskState === state) return before;
  const node = draw(message);
  node.dataset.key = message.ts;
  node.deskState = state;
  return node;
}

function focusIn(list) {
  const focused = document.activeElement;
  return list.contains(focused) ? { key: focused.closest("[data-key]")?.dataset.key, action: focused.dataset.action } : null;
}

function refocus(list, { key, action }) {
  const message = [...list.children].find((node) => node.dataset.key === key);
  const same = action && message?.querySelector(`[data-action="${CSS.escape(action)}"]`);
  (same || message?.querySelector("button") || list).focus({ preventScroll: true });
}

export function drawMessage(message, screen, act, openThread) {
  const whispered = Boolean(message.user_to);
  const name = message.bot_id ? "Foyer" : screen.nameOf(message.user);
  const at = formatted(Number(message.ts), "{time}", screen);
  const made = el("article", { "aria-label": `${name}, ${at}`, class: `d-message ${whispered ? "whispered" : ""} ${message.subtype === "notice" ? "notice" : ""}` },
    avatar(name, message),
    el("div", { class: "d-said" },
      whispered ? el("p", { class: "d-only" }, "Only visible to you") : null,
      message.subtype === "thread_broadcast" ? el("p", { class: "d-only" }, "replied to a thread, also sent to the channel") : null,
      el("p", { class: "d-by" }, el("strong", {}, name), message.bot_id ? el("span", { class: "d-app" }, "APP") : null, " ",
        el("time", {}, at), message.edited && message.bot_id ? el("span", { class: "d-edited" }, " (edited)") : null),
      ...content(message, screen, act),
      reactions(message, screen), files(message), thread(message, openThread)));
  return made;
}

function avatar(name, message) {
  const tint = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 5;
  const initials = name.split(" ").map((word) => word[0]).join("").slice(0, 2);
  return el("span", { class: `d-avatar ${message.bot_id ? "bot" : `tint-${tint}`}`, "aria-hidden": "true" }, initials);
}

function content(message, screen, act) {
  if (message.blocks?.length) return drawBlocks(message.blocks, screen, (block, element, choice) => act(message, block, element, choice), { fields: new Map(), kept: new Map() });
  return [el("div", { class: "b-block b-text" }, mrkdwn(message.text ?? "", screen))];
}

function reactions(message, screen) {
  if (!message.reactions?.length) return null;
  const chips = message.reactions.map((one) => el("li", { title: one.users.map((user) => screen.nameOf(user)).join(", ") }, mrkdwn(`:${one.name}:`, screen), ` ${one.users.length}`));
  return el("ul", { class: "d-reactions", "aria-label": "Reactions" }, ...chips);
}

function files(message) {
  return message.files?.length ? el("p", { class: "d-files" }, ...message.files.map((one) => el("span", {}, `📎 ${one.name}`))) : null;
}

function thread(message, openThread) {
  if (!openThread || !message.replies) return null;
  const made = el("button", { type: "button", class: "d-replies", "data-action": "thread" }, `${message.replies} ${message.replies === 1 ? "reply" : "replies"}`);
  made.addEventListener("click", () => openThread(message.ts));
  return made;
}
