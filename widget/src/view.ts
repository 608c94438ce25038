/** What the visitor sees: an accessible dialog built from nodes, showing every text as text. */
import { h, icon } from './dom';
import { isSafe, link, linked } from './text';
import type { Core, Message, Outgoing, Words } from './types';

/** Full screen, and modal, where there is no room for a window. */
export const SMALL = matchMedia('(max-width: 480px), (max-height: 480px)');

export interface View {
  dialog: HTMLDialogElement;
  field: HTMLTextAreaElement;
  show(focus: boolean): void;
  hide(): void;
  fill(messages: Message[], waiting: Outgoing[]): void;
  add(message: Message): boolean;
  own(text: string, id: string): void;
  sent(id: string): void;
  refused(id: string, why?: string): void;
  typing(on: boolean): void;
  trouble(text: string): void;
}

interface Own {
  id: string;
  lines: string[];
  nodes: HTMLElement[];
  sent?: boolean;
}

export function buildView(core: Core, words: Words, locale: string, reply: (text: string, now?: boolean) => void): View {
  const { data } = core;
  const title = data.label || 'Chat';
  const speaker = h('span', {}, words.assistant);
  const close = h('button', { type: 'button', class: 'close', 'aria-label': words.close }, icon('M6 6l12 12M18 6L6 18'));
  const log = h('div', { class: 'log', role: 'log', 'aria-relevant': 'additions', 'aria-label': words.conversation, tabindex: 0 });
  const status = h('div', { class: 'status', role: 'status' });
  const notice = h('div', { class: 'notice', role: 'status' });
  const quick = h('div', { class: 'quick', role: 'group', 'aria-label': words.suggestions });
  const field = h('textarea', { id: 'field', rows: 1, dir: 'auto', maxlength: 4000, placeholder: words.write, enterkeyhint: 'send' });
  const send = h('button', { class: 'send', 'aria-label': words.send }, icon('M12 19V5M5.5 11.5L12 5l6.5 6.5'));
  const form = h('form', {}, h('label', { class: 'sr', for: 'field' }, words.message), field, send);
  const dialog = h(
    'dialog',
    { id: 'panel', 'aria-labelledby': 'title', tabindex: -1 },
    h('header', {}, h('div', { class: 'face', 'aria-hidden': 'true' }, title[0]!.toUpperCase()),
      h('div', { class: 'who' }, h('h2', { id: 'title' }, title), h('p', {}, h('i', {}), speaker)), close),
    log, status, notice, quick, form, ...footer(data.privacy),
  );
  let known = new Set<string>();
  let mine: Own[] = [];
  let group = '';

  function footer(privacy?: string): HTMLElement[] {
    return privacy && isSafe(privacy, location.origin) ? [h('footer', {}, link(privacy, words.privacy))] : [];
  }

  function show(focus: boolean): void {
    SMALL.matches ? dialog.showModal() : dialog.show();
    log.scrollTop = log.scrollHeight;
    if (focus) (matchMedia('(pointer: coarse)').matches ? dialog : field).focus();
  }

  /** History arrives as a whole: screen readers are told of what comes after it, not of every old line. */
  function fill(messages: Message[], waiting: Outgoing[]): void {
    const resumed = messages.length > 1;
    if (resumed) log.ariaLive = 'off';
    log.replaceChildren();
    known = new Set();
    mine = [];
    group = '';
    messages.forEach(add);
    for (const { id, lines } of waiting) lines.forEach((line) => own(line, id));
    if (resumed) setTimeout(() => (log.ariaLive = 'polite'), 500);
  }

  /** False when this message is on the screen already. */
  function add(message: Message): boolean {
    const id = String(message.id);
    if (known.has(id)) return false;
    known.add(id);
    if (message.author === 'visitor' && claim(message)) return false;
    typing(false);
    quick.replaceChildren();
    const who = nameOf(message);
    if (message.author !== 'visitor') speaker.textContent = who;
    const bubble = place(message.author, who, message.at ? new Date(message.at) : new Date(), linked(message.text), callToAction(message));
    if (message.picture && isSafe(message.picture)) portrait(bubble, message.picture);
    offer(message.quick_replies || []);
    return true;
  }

  /** Our own words come back from the server with its id: the bubble is there already. */
  function claim(message: Message): boolean {
    const named = message.client_message_id;
    let index = mine.findIndex((own) => (named ? own.id === named : own.lines.join('\n').trim() === message.text.trim()));
    if (index < 0 && !named) index = mine.findIndex((own) => own.sent); // stored in other words, a masked number say
    if (index >= 0) mine.splice(index, 1);
    return index >= 0;
  }

  function nameOf({ author, name }: Message): string {
    return author === 'visitor' ? words.you : name || (author === 'rep' ? words.team : words.assistant);
  }

  function place(author: string, who: string, at: Date, text: (Node | string)[], more?: Node): HTMLElement {
    const bubble = h('div', { class: `bubble ${author}` }, h('span', { class: 'sr' }, `${who}: `), h('div', { dir: 'auto' }, ...text));
    if (more) bubble.append(more);
    if (group !== (group = author + who)) log.append(meta(author, who, at));
    log.append(bubble);
    log.scrollTop = log.scrollHeight;
    return bubble;
  }

  function meta(author: string, who: string, at: Date): HTMLElement {
    const time = h('time', { datetime: at.toISOString() }, at.toLocaleTimeString(locale, { hour: 'numeric', minute: '2-digit' }));
    return h('div', { class: `meta ${author}`, 'aria-hidden': 'true' }, author === 'visitor' ? '' : `${who} · `, time);
  }

  /** Who has a picture shows it beside the words; a page that forbids pictures goes without. */
  function portrait(bubble: HTMLElement, src: string): void {
    const image = h('img', { src, alt: '', referrerpolicy: 'no-referrer' });
    image.onerror = () => image.remove();
    bubble.prepend(image);
  }

  function callToAction({ cta }: Message): HTMLElement | undefined {
    if (!cta || !isSafe(cta.url, location.origin, core.origin)) return undefined;
    const button = link(cta.url, cta.label);
    button.className = 'cta';
    button.dataset.foyerCta = cta.label;
    button.append(h('span', { class: 'sr' }, ` (${words.tab})`));
    return cta.about ? h('div', { class: 'card' }, cta.about, button) : button;
  }

  function offer(replies: string[]): void {
    quick.replaceChildren(...replies.map((text) => {
      const button = h('button', { type: 'button' }, text);
      button.onclick = () => {
        quick.replaceChildren();
        field.focus({ preventScroll: true });
        reply(text, true);
      };
      return button;
    }));
    log.scrollTop = log.scrollHeight;
  }

  function own(text: string, id: string): void {
    let entry = mine.find((own) => own.id === id);
    if (!entry) mine.push((entry = { id, lines: [], nodes: [] }));
    entry.lines.push(text);
    entry.nodes.push(place('visitor', words.you, new Date(), [text]));
    quick.replaceChildren();
  }

  function sent(id: string): void {
    for (const own of mine) if (own.id === id) own.sent = true;
  }

  function refused(id: string, why?: string): void {
    const own = mine.find((own) => own.id === id);
    mine = mine.filter((other) => other !== own);
    own?.nodes.at(-1)?.append(h('small', {}, why ? `${words.failed}: ${why}` : words.failed));
  }

  function typing(on: boolean): void {
    if (on === !!status.firstChild) return;
    status.replaceChildren(...(on ? [h('span', { class: 'sr' }, words.typing), ...[1, 2, 3].map(() => h('i', {}))] : []));
    log.scrollTop = log.scrollHeight;
  }

  function submit(): void {
    const text = field.value.trim();
    field.value = '';
    if (text) reply(text);
  }

  form.onsubmit = (event) => {
    event.preventDefault();
    submit();
    field.focus();
  };
  field.onkeydown = (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  };
  return {
    dialog, field, show, fill, add, own, sent, refused, typing,
    hide: () => dialog.close(),
    trouble: (text) => {
      if (notice.textContent !== text) notice.textContent = text;
    },
  };
}
