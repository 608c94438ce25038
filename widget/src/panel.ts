/** The chat behind the launcher: joins what is said (talk) with what is seen (view). */
import css from './panel.css';
import en from './locales/en';
import { startTalk, type Talk } from './talk';
import type { Core, Message, Panel, Words } from './types';
import { buildView, SMALL } from './view';

export default async function start(core: Core): Promise<Panel> {
  const { state, save, host, data, channel } = core;
  const root = host.shadowRoot!;
  const section = root.querySelector('section')!;
  const launcher = root.querySelector('button')!;
  const name = launcher.ariaLabel!;
  const wanted = [data.locale, ...navigator.languages].map(canonical).filter((found) => found !== undefined);
  const locale = wanted[0] || 'en';
  const { words, language } = await wordsFor(core.origin, wanted);
  const view = buildView(core, words, locale, say);
  let lastFromRep: Message['id'] | undefined;
  let teaser = () => {};
  let talk = join();

  function join(): Talk {
    return startTalk(core, locale, {
      history(messages, waiting) {
        view.fill(messages, waiting);
        lastFromRep = messages.findLast(({ author }) => author === 'rep')?.id;
        // the first greeting is news; a resumed conversation was announced when it happened
        if (messages.length === 1) emit('message', messages[0]);
        receipt();
      },
      hear(message) {
        if (!view.add(message)) return;
        emit('message', message);
        if (message.author === 'rep') lastFromRep = message.id;
        if (message.author !== 'visitor' && !state.open) badge((state.unread || 0) + 1);
        receipt();
      },
      sent: view.sent,
      refused: view.refused,
      typing: view.typing,
      news({ lead, closed }) {
        if (lead) emit('lead');
        if (closed && !state.rated) rate();
      },
      trouble: (what) => view.trouble(what ? words[what] : ''),
    });
  }

  function emit(event: string, detail?: unknown): void {
    host.dispatchEvent(new CustomEvent(`foyer:${event}`, { detail, bubbles: true }));
  }

  const extras = () => import(`${core.origin}/widget/${EXTRAS}`) as Promise<typeof import('./extras')>;

  function rate(): void {
    state.rated = true;
    save();
    extras().then((more) => more.rate(view.dialog.querySelector('.quick')!, words, (rating) => {
      talk.rate(rating);
      view.field.focus();
    })).catch(() => {});
  }

  /** Once a session, beside a closed chat that nobody has used, and never over a small screen. */
  function tease(): void {
    if (state.teased || state.conversation || view.dialog.open || SMALL.matches) return;
    state.teased = true;
    save();
    extras().then((more) => (teaser = more.tease(root, data.teaser!, words, open))).catch(() => {});
  }

  function receipt(): void {
    if (lastFromRep !== undefined && state.open && !document.hidden) talk.seen(lastFromRep);
  }

  function badge(unread: number): void {
    state.unread = unread;
    save();
    if (unread) launcher.dataset.unread = String(unread);
    else delete launcher.dataset.unread;
    launcher.ariaLabel = unread ? `${name} (${unread})` : name;
  }

  function say(text: string, now?: boolean): void {
    view.own(text, talk.say(text, now));
    emit('message', { author: 'visitor', text });
  }

  function open(focus = true): void {
    if (view.dialog.open) return;
    state.open = true;
    launcher.ariaExpanded = 'true';
    teaser();
    view.show(focus);
    badge(0);
    talk.begin().catch(() => {});
    talk.wake();
    receipt();
    emit('open');
  }

  function close(): void {
    state.open = false;
    save();
    if (!view.dialog.open) return;
    const inside = root.activeElement;
    launcher.ariaExpanded = 'false';
    view.hide();
    if (inside) launcher.focus();
    emit('close');
  }

  function forget(): void {
    close();
    talk.end();
    for (const key in state) if (key !== 'consent' && key !== 'teased') delete state[key as 'token'];
    view.fill([], []);
    view.trouble('');
    view.typing(false);
    badge(0);
    talk = join();
  }

  function fit(): void {
    const { height, offsetTop } = visualViewport!;
    const zoomed = SMALL.matches && view.dialog.open;
    view.dialog.style.height = zoomed ? `${height}px` : ''; // the phone's keyboard does not cover the field
    view.dialog.style.top = zoomed ? `${offsetTop}px` : '';
  }

  /** Turned or resized: a window becomes full screen, or the other way round. */
  function reframe(): void {
    if (!view.dialog.open) return;
    const inside = root.activeElement as HTMLElement | null;
    view.hide();
    view.show(false);
    inside?.focus();
    fit();
  }

  function dress(): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets.push(sheet);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const shade = () => section.classList.toggle('dark', data.theme === 'dark' || (data.theme !== 'light' && dark.matches));
    dark.onchange = shade;
    shade();
    section.lang = language;
    if (/^(ar|fa|he|ur)\b/.test(locale)) section.dir = 'rtl';
    launcher.ariaExpanded = 'false';
    launcher.setAttribute('aria-haspopup', 'dialog');
    launcher.setAttribute('aria-controls', 'panel');
    section.append(view.dialog);
  }

  dress();
  section.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing || !view.dialog.open) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  view.dialog.oncancel = (event) => {
    event.preventDefault();
    close();
  };
  view.dialog.querySelector<HTMLButtonElement>('.close')!.onclick = close;
  SMALL.onchange = reframe;
  visualViewport!.onresize = visualViewport!.onscroll = fit;
  document.addEventListener('visibilitychange', receipt);
  channel.addEventListener('message', ({ data: word }) => {
    if (word === '' && state.token) channel.postMessage(state.token);
    if (word === 0) forget();
  });
  badge(state.unread || 0);
  // Open on the page before: open here too, but never by itself over a whole small screen.
  // How large a frame is, is known once it is drawn: before, in a page whose styles still load, it is any size.
  requestAnimationFrame(() => {
    if (state.open && state.conversation && !SMALL.matches) open(false);
    else if (!view.dialog.open) state.open = false;
  });
  return {
    open: () => open(),
    close,
    toggle: () => (view.dialog.open ? close() : open()),
    send(text) {
      open();
      const line = String(text).trim();
      if (line) say(line);
    },
    identify: () => talk.identify(),
    tease,
    reset() {
      channel.postMessage(0);
      forget();
    },
  };
}

/** `pt_BR` and other spellings as browsers understand them; nothing for what is no language. */
function canonical(locale?: string): string | undefined {
  try {
    return Intl.getCanonicalLocales((locale || '').replace('_', '-'))[0];
  } catch {
    return undefined;
  }
}

/** The first of the wanted languages that we speak. */
async function wordsFor(origin: string, wanted: string[]): Promise<{ words: Words; language: string }> {
  for (const locale of wanted) {
    const language = locale.toLowerCase().split('-')[0]!;
    const file = Object.hasOwn(LOCALES, language) && LOCALES[language];
    const words: Words | undefined = file
      && await import(`${origin}/widget/${file}`).then((module) => module.default).catch(() => undefined);
    if (words || language === 'en') return { words: words || en, language };
  }
  return { words: en, language: 'en' };
}
