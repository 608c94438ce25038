/** w.js: the launcher, the `foyer` function and visit tracking; the chat itself is fetched on the first sign of interest. */
import css from './launcher.css';
import { save, state } from './session';
import { view, watch } from './tracking';
import type { Core, Panel } from './types';

type Command = (...args: any[]) => unknown;
type Foyer = Command & { q?: unknown[][]; host?: Element };

const { src, dataset: data } = document.currentScript as HTMLScriptElement;
const origin = src.split('/w.js')[0]!;
const page = window as unknown as { foyer?: Foyer; navigation?: EventTarget };
const early = page.foyer;

const make = <K extends keyof HTMLElementTagNameMap>(tag: K, more: Partial<HTMLElementTagNameMap[K]>) =>
  Object.assign(document.createElement(tag), more);

function start(): void {
  const host = document.createElement('foyer-chat');
  const root = host.attachShadow({ mode: 'open' });
  const name = data.label ? `Chat: ${data.label}` : 'Chat';
  const launcher = make('button', { ariaLabel: name });
  const note = make('output', {});
  const section = make('section', { ariaLabel: name });
  const channel = new BroadcastChannel(`foyer.${data.site}`);
  let loading: Promise<Panel | void> | undefined;
  let panel: Panel | undefined;
  let tries = 0;

  // Another tab may know this visitor already; its token arrives within a moment or not at all.
  let chain = new Promise<any>((resolve) => {
    channel.onmessage = ({ data: token }) => {
      if (token && !state.conversation) resolve((state.token = token));
    };
    setTimeout(resolve, state.token ? 0 : 150);
  });

  const allowed = () =>
    !(navigator.globalPrivacyControl || navigator.doNotTrack == '1') && (state.consent ?? data.consent != 'required');

  const core: Core = {
    origin, data, state, channel, host, save, allowed,
    ready: () => chain,
  };

  const load = () => (loading ||= import(`${origin}/widget/${PANEL}?${tries}`)
    .then(async (module) => (panel = (await module.default(core)) as Panel))
    .catch(() => (loading = void tries++)));

  /** Beacons go one after the other, so that the first one's token names the visitor in the next. */
  const beacon = (path: string, body: object) => {
    chain = chain.then(async () => {
      const { token } = state;
      const response = await fetch(`${origin}/api/v1/${path}`, {
        method: 'POST',
        credentials: 'omit',
        keepalive: true,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ visitor_token: token, ...body }),
      });
      const { visitor_token } = await response.json();
      if (token == state.token) state.token = visitor_token; // renewed; not when they have logged in meanwhile
      save();
    }).catch(() => {});
  };
  const track = (type: string, about: object) => {
    if (allowed()) {
      beacon('events', { site: data.site, events: [{ type, url: location.origin + location.pathname, data: about }] });
    }
  };
  const arrive = () => allowed() && !(document as any).prerendering && view(track);

  const commands: Record<string, Command> = {
    close: () => panel?.close(),
    identify(jwt) {
      core.jwt = jwt;
      panel?.identify();
    },
    on: (event, handler) => host.addEventListener(`foyer:${event}`, (e: any) => handler(e.detail)),
    track: (name, more) => track('custom', { ...more, name }),
    consent({ analytics: granted, text_version = '1' }) {
      state.consent = granted = !!granted;
      granted ? arrive() : delete state.touch;
      save();
      if (granted || state.token) beacon('consent', { purpose: 'analytics', granted, text_version });
    },
  };

  const foyer: Foyer = (name, ...args) => commands[name]
    ? commands[name](...args)
    : load().then((loaded: any) => {
      note.textContent = loaded ? '' : 'Chat unavailable';
      loaded?.[name](...args);
    });
  foyer.host = host;
  page.foyer = foyer;

  const mount = () => {
    document.body.append(host);
    early?.q?.forEach((args) => foyer(...args));
    arrive();
    if (state.conversation) load();
    if (data.teaser && !state.teased) setTimeout(foyer, 8e3, 'tease');
  };

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  section.append(launcher, note);
  root.append(section);
  host.style.setProperty('--foyer-accent', data.accent || null);
  channel.postMessage('');
  launcher.onpointerenter = launcher.onfocus = load;
  launcher.onclick = () => foyer('toggle');
  watch(track);
  page.navigation?.addEventListener('navigatesuccess', arrive);
  document.addEventListener('prerenderingchange', arrive);
  document.body ? mount() : addEventListener('DOMContentLoaded', mount);
}

if (!early?.host) start();
