// Slack's two ways of writing text, drawn as DOM nodes: nothing a message says is ever parsed as HTML.
const EMOJI = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", tada: "🎉", white_check_mark: "✓", heavy_check_mark: "✔", x: "✗", warning: "⚠",
  eyes: "👀", hourglass: "⌛", hourglass_flowing_sand: "⏳", bell: "🔔", rotating_light: "🚨", phone: "📞", telephone_receiver: "📞",
  email: "✉️", envelope: "✉️", rocket: "🚀", fire: "🔥", wave: "👋", star: "⭐", sparkles: "✨", clock1: "🕐", clock3: "🕒",
  alarm_clock: "⏰", calendar: "📅", memo: "📝", bulb: "💡", link: "🔗", lock: "🔒", mag: "🔍", inbox_tray: "📥", raised_hand: "✋",
  handshake: "🤝", arrow_right: "➡️", leftwards_arrow_with_hook: "↩️", large_green_circle: "🟢", large_yellow_circle: "🟡",
  red_circle: "🔴", large_blue_circle: "🔵", white_circle: "⚪", moneybag: "💰", chart_with_upwards_trend: "📈", no_entry: "⛔",
};
const INLINE = [
  ["code", /`([^`\n]+)`/],
  ["ref", /<([^<>\n]+)>/],
  ["strong", /(?<![\w*])\*(?=\S)([^*\n]*[^*\s])\*(?![\w*])/],
  ["em", /(?<![\w_])_(?=\S)([^_\n]*[^_\s])_(?![\w_])/],
  ["s", /(?<![\w~])~(?=\S)([^~\n]*[^~\s])~(?![\w~])/],
  ["emoji", /:([a-z0-9_+-]+):/],
];

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function plain(text) {
  return unescaped(text.replace(/:([a-z0-9_+-]+):/g, (all, name) => EMOJI[name] ?? all));
}

function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

// A text object of Block Kit, or nothing.
export function textObject(text, screen) {
  if (!text) return document.createDocumentFragment();
  if (text.type === "mrkdwn") return mrkdwn(text.text, screen);
  const made = document.createDocumentFragment();
  made.append(text.text.replace(/:([a-z0-9_+-]+):/g, (all, name) => EMOJI[name] ?? all));
  return made;
}

export function mrkdwn(text, screen) {
  const made = document.createDocumentFragment();
  text.split("```").forEach((part, at) => {
    if (at % 2) made.append(el("pre", {}, unescaped(part.replace(/^\n|\n$/g, ""))));
    else if (part) made.append(lines(part, screen));
  });
  return made;
}

function lines(text, screen) {
  const made = document.createDocumentFragment();
  let quote = null;
  text.split("\n").forEach((line, at, all) => {
    const quoted = /^(&gt;|>) ?/.exec(line);
    if (quoted && !quote) made.append((quote = el("blockquote")));
    if (!quoted) quote = null;
    const home = quote ?? made;
    home.append(inline(quoted ? line.slice(quoted[0].length) : line, screen));
    const next = all[at + 1];
    if (next !== undefined && (quote ? /^(&gt;|>)/.test(next) : !/^(&gt;|>)/.test(next))) home.append(el("br"));
  });
  return made;
}

function inline(text, screen) {
  const made = document.createDocumentFragment();
  const [kind, match] = earliest(text);
  if (!match) {
    made.append(unescaped(text));
    return made;
  }
  made.append(unescaped(text.slice(0, match.index)), piece(kind, match[1], screen), inline(text.slice(match.index + match[0].length), screen));
  return made;
}

function earliest(text) {
  let best = [null, null];
  for (const [kind, pattern] of INLINE) {
    const match = pattern.exec(text);
    if (match && (!best[1] || match.index < best[1].index)) best = [kind, match];
  }
  return best;
}

function piece(kind, content, screen) {
  if (kind === "code") return el("code", {}, unescaped(content));
  if (kind === "emoji") return EMOJI[content] ?? `:${content}:`;
  if (kind === "ref") return reference(content, screen);
  return el(kind, {}, inline(content, screen));
}

function reference(content, screen) {
  const [target, label] = split(content, "|");
  if (target.startsWith("@")) return mention(`@${screen.nameOf(target.slice(1), label)}`);
  if (target.startsWith("#")) return mention(`#${label ?? screen.channelOf(target.slice(1))}`);
  if (target.startsWith("!date^")) return date(target, label, screen);
  if (target.startsWith("!")) return mention(`@${label ?? target.slice(1).split("^")[0]}`);
  return link(unescaped(target), unescaped(label ?? target.replace(/^mailto:/, "")));
}

function split(text, by) {
  const at = text.indexOf(by);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

export function mention(text) {
  return el("span", { class: "mention" }, text);
}

export function link(address, label) {
  if (!/^(https?:\/\/|mailto:)/.test(address)) return label;
  return el("a", { href: address, target: "_blank", rel: "noreferrer noopener" }, label);
}

function date(target, fallback, screen) {
  const [, stamp, format, address] = target.split("^");
  const shown = formatted(Number(stamp), format ?? "{date} {time}", screen) ?? unescaped(fallback ?? "");
  return address ? link(address, shown) : el("time", { datetime: isoOf(stamp), title: unescaped(fallback ?? "") }, shown);
}

function isoOf(stamp) {
  return Number.isFinite(Number(stamp)) ? new Date(Number(stamp) * 1000).toISOString() : null;
}

export function formatted(stamp, format, screen) {
  if (!Number.isFinite(stamp)) return null;
  const at = new Date(stamp * 1000);
  const show = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: screen.tz, ...options }).format(at);
  const forms = {
    date_num: () => show({ year: "numeric", month: "2-digit", day: "2-digit" }).split("/").reverse().join("-"),
    date: () => show({ day: "numeric", month: "long", year: "numeric" }),
    date_short: () => show({ day: "numeric", month: "short", year: "numeric" }),
    date_long: () => show({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    time: () => show({ hour: "2-digit", minute: "2-digit" }),
    time_secs: () => show({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    ago: () => ago(stamp),
  };
  return format.replace(/\{(\w+?)(_pretty)?\}/g, (all, name, pretty) => (pretty && nearDay(at, screen)) || forms[name]?.() || all);
}

function nearDay(at, screen) {
  const day = (moment) => new Intl.DateTimeFormat("en-CA", { timeZone: screen.tz }).format(moment);
  const names = { [day(new Date())]: "today", [day(new Date(Date.now() - 864e5))]: "yesterday", [day(new Date(Date.now() + 864e5))]: "tomorrow" };
  return names[day(at)];
}

function ago(stamp) {
  const minutes = Math.round((stamp - Date.now() / 1000) / 60);
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  if (Math.abs(minutes) < 60) return relative.format(minutes, "minute");
  return Math.abs(minutes) < 1440 ? relative.format(Math.round(minutes / 60), "hour") : relative.format(Math.round(minutes / 1440), "day");
}

// --- rich text: every piece is literal

export function richText(block, screen) {
  const made = el("div", { class: "rich" });
  for (const part of block.elements) made.append(richPart(part, screen));
  return made;
}

function richPart(part, screen) {
  const pieces = () => part.elements.map((one) => richPiece(one, screen));
  if (part.type === "rich_text_list") return richList(part, screen);
  if (part.type === "rich_text_quote") return el("blockquote", {}, ...pieces());
  if (part.type === "rich_text_preformatted") return el("pre", {}, ...pieces());
  return el("p", {}, ...pieces());
}

function richList(part, screen) {
  const items = part.elements.map((section) => el("li", {}, ...section.elements.map((one) => richPiece(one, screen))));
  const tag = part.style === "ordered" ? "ol" : "ul";
  return el(tag, { class: `indent-${Math.min(part.indent ?? 0, 4)}`, start: part.offset ? part.offset + 1 : null }, ...items);
}

function richPiece(piece, screen) {
  const makers = {
    text: () => piece.text,
    link: () => link(piece.url, piece.text ?? piece.url),
    user: () => mention(`@${screen.nameOf(piece.user_id)}`),
    channel: () => mention(`#${screen.channelOf(piece.channel_id)}`),
    usergroup: () => mention("@group"),
    broadcast: () => mention(`@${piece.range}`),
    emoji: () => EMOJI[piece.name] ?? `:${piece.name}:`,
    date: () => formatted(piece.timestamp, piece.format, screen) ?? piece.fallback ?? "",
    color: () => piece.value,
  };
  return styled((makers[piece.type] ?? (() => ""))(), piece.style ?? {});
}

function styled(content, style) {
  const tags = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };
  return Object.entries(tags).reduce((inner, [name, tag]) => (style[name] ? el(tag, {}, inner) : inner), content);
}
