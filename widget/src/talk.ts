/** The conversation with the server: opened once, every message delivered exactly once, replies heard while they come. */
import type { Answer, Core, Message, Opened, Outgoing } from './types';

const PAUSE = 600; // lines sent within this many ms are one message
const LONGEST = 4000;
const CLOSED_POLL = 20_000;

/** What the conversation shows; the view implements it. */
export interface Audience {
  history(messages: Message[], waiting: Outgoing[]): void;
  hear(message: Message): void;
  sent(id: string): void;
  refused(id: string, why?: string): void;
  typing(on: boolean): void;
  trouble(what?: 'offline' | 'busy'): void;
  news(answer: Answer): void;
}

export interface Talk {
  begin(): Promise<void>;
  say(text: string, now?: boolean): string;
  seen(id: Message['id']): void;
  rate(rating: string): void;
  wake(): void;
  identify(): void;
  end(): void;
}

class Over extends Error {}

export function startTalk(core: Core, locale: string, audience: Audience): Talk {
  const { state, save } = core;
  const out: Outgoing[] = (state.out ||= []);
  const sleepers = new Set<() => void>();
  let alive = true;
  let opening: Promise<void> | undefined;
  let pumping = false;
  let handling = '';
  let listening: AbortController | undefined;
  let timer = 0;
  let lastSeen: Message['id'] | undefined;

  async function request(path: string, body?: object, signal?: AbortSignal): Promise<Response> {
    const response = await fetch(`${core.origin}/api/v1/${path}`, {
      method: body ? 'POST' : 'GET',
      credentials: 'omit',
      keepalive: !!body,
      signal: signal || AbortSignal.timeout(20_000),
      headers: {
        ...(body && { 'Content-Type': 'application/json' }),
        ...(state.token && { Authorization: `Bearer ${state.token}` }),
      },
      body: body && JSON.stringify(body),
    });
    if (!alive) throw new Over();
    return response;
  }

  const conversation = (rest: string) => `conversations/${state.conversation}/${rest}`;

  /** Asks until the server gives a final answer: refusals are final, silence, 5xx and 429 are not. */
  async function settle(attempt: () => Promise<Response>): Promise<Response> {
    for (let fails = 0; ; fails++) {
      const response = await attempt().catch(() => undefined);
      if (!alive) throw new Over();
      if (response && isFinal(response)) {
        audience.trouble();
        return response;
      }
      audience.typing(false);
      audience.trouble(response?.status === 429 ? 'busy' : 'offline');
      await pause(response, fails);
    }
  }

  /** Retry-After is kept to the second; our own back-off ends early when the network or the visitor comes back. */
  async function pause(response: Response | undefined, fails: number): Promise<void> {
    const told = Number(response?.headers.get('Retry-After')) * 1000;
    if (told > 0) await new Promise((resolve) => setTimeout(resolve, told));
    else await nap(Math.min(30_000, 1000 * 2 ** fails) * (0.5 + Math.random() / 2));
    if (!alive) throw new Over();
  }

  function nap(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const up = () => {
        clearTimeout(alarm);
        sleepers.delete(up);
        resolve();
      };
      const alarm = setTimeout(up, ms);
      sleepers.add(up);
    });
  }

  function begin(): Promise<void> {
    opening ||= open().catch((error) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  async function open(): Promise<void> {
    await Promise.race([core.ready(), nap(1000)]);
    let response = await settle(knock);
    if (!response.ok) {
      delete state.token; // expired or not ours: start as somebody new
      if (response.status !== 401) delete state.touch; // a link's odd parameters must not cost the chat
      response = await settle(knock);
    }
    if (!response.ok) {
      audience.trouble('offline');
      throw new Over();
    }
    enter((await response.json()) as Opened);
  }

  const knock = () => {
    const allowed = core.allowed();
    return request(allowed ? 'conversations' : 'conversations?untracked=1', {
      site: core.data.site,
      visitor_token: state.token,
      page: {
        url: location.origin + location.pathname,
        title: document.title.slice(0, 200),
        referrer: allowed && document.referrer.split(/[?#]/)[0] || undefined,
      },
      locale,
      touch: state.touch,
    });
  };

  function enter({ conversation_id, visitor_token, messages }: Opened): void {
    const cursor = conversation_id === state.conversation ? state.cursor : undefined;
    state.conversation = conversation_id;
    state.token = visitor_token;
    audience.history(messages, unknownTo(messages, cursor));
    state.cursor = messages.at(-1)?.id;
    save();
    core.channel.postMessage(visitor_token);
    identify();
    void pump();
    wake();
  }

  /** A message stored before a reload, its answer lost, comes back as history: do not show it twice. */
  function unknownTo(messages: Message[], cursor: Message['id'] | undefined): Outgoing[] {
    const known = messages.findIndex(({ id }) => id === cursor);
    return out.filter((item) => !messages.some((message, place) => (message.client_message_id || place > known) && isSame(message, item)));
  }

  /** Takes a line in; it travels with its neighbours once the visitor has paused. */
  function say(text: string, now?: boolean): string {
    let item = out.at(-1);
    if (!item || item.sealed || textOf(item).length + text.length >= LONGEST) {
      item = { id: uuid(), lines: [] };
      out.push(item);
    }
    item.lines.push(text);
    save();
    clearTimeout(timer);
    if (now) seal();
    else timer = setTimeout(seal, PAUSE);
    return item.id;
  }

  function seal(): void {
    clearTimeout(timer);
    for (const item of out) item.sealed = true;
    save();
    void pump();
  }

  /** Delivers in order, one at a time, under the id given when the line was typed. */
  async function pump(): Promise<void> {
    if (pumping) return;
    pumping = true;
    try {
      for (let losses = 0; out[0]?.sealed; ) {
        if (!state.conversation) await begin();
        losses = (await deliver(out[0])) ? 0 : losses + 1;
        if (losses) await forget(losses);
      }
    } catch {
      if (alive) audience.trouble('offline'); // kept; the next line or opening tries again
    } finally {
      pumping = false;
    }
  }

  /** False when the server no longer knows us; the message then waits for the next conversation. */
  async function deliver(item: Outgoing): Promise<boolean> {
    audience.typing(handling !== 'rep');
    const body = { client_message_id: item.id, text: textOf(item) };
    const response = await settle(() => request(conversation('messages'), body));
    audience.typing(false);
    if (isLost(response)) return false;
    out.splice(out.indexOf(item), 1);
    save();
    const answer = await response.json().catch(() => ({}));
    if (response.ok) take(item, answer as Answer);
    else audience.refused(item.id, answer.error?.message);
    return true;
  }

  function take(item: Outgoing, answer: Answer): void {
    audience.sent(item.id);
    handling = answer.handling || '';
    answer.messages?.forEach(audience.hear);
    audience.news(answer);
  }

  async function forget(losses: number): Promise<void> {
    delete state.conversation;
    opening = undefined;
    save();
    if (losses > 1) await pause(undefined, losses);
  }

  /** Hears what comes by itself: long polls while open, a look now and then while closed, nothing while hidden. */
  async function listen(): Promise<void> {
    for (let fails = 0; alive; ) {
      if (document.hidden || !state.conversation) {
        await nap(3_600_000);
        continue;
      }
      const started = Date.now();
      const response = await poll().catch(() => undefined);
      const answer: Answer | undefined = response?.ok ? await response.json().catch(() => undefined) : undefined;
      if (!alive) return;
      if (!answer?.messages) {
        if (response && isLost(response)) await lost();
        else if (!document.hidden) await pause(response, fails++);
        continue;
      }
      if (fails) audience.trouble();
      fails = 0;
      const fresh = catchUp(answer);
      if (!state.open) await nap(CLOSED_POLL);
      else if (!fresh && Date.now() - started < 1000) await nap(3000);
    }
  }

  async function poll(): Promise<Response> {
    const aborter = (listening = new AbortController());
    const deadline = setTimeout(() => aborter.abort(), 40_000); // a connection that died while asleep
    const query = new URLSearchParams();
    if (state.cursor !== undefined) query.set('after', String(state.cursor));
    if (state.open) query.set('wait', '25');
    try {
      return await request(conversation(`messages?${query}`), undefined, aborter.signal);
    } finally {
      clearTimeout(deadline);
    }
  }

  async function lost(): Promise<void> {
    await forget(1);
    if (state.open) await begin().catch(() => {});
  }

  /** Only polls move the cursor: a sent message's answer may overtake what somebody else wrote before it. */
  function catchUp(answer: Answer): boolean {
    if (answer.handling) handling = answer.handling;
    answer.messages.forEach(audience.hear);
    const last = answer.messages.at(-1);
    if (last) {
      state.cursor = last.id;
      save();
    }
    return !!last;
  }

  function seen(id: Message['id']): void {
    if (id === lastSeen || !state.conversation) return;
    lastSeen = id;
    request(conversation('seen'), { message_id: id }).catch(() => (lastSeen = undefined));
  }

  function rate(rating: string): void {
    request(conversation('rating'), { rating }).catch(() => {});
  }

  function wake(): void {
    [...sleepers].forEach((up) => up());
  }

  function identify(): void {
    const jwt = typeof core.jwt === 'object' ? core.jwt.jwt : core.jwt;
    if (!jwt || !state.conversation) return;
    core.jwt = undefined;
    request('identify', { visitor_token: state.token, jwt })
      .then((response) => response.ok && response.json())
      .then((answer) => {
        if (!answer) return;
        state.token = answer.visitor_token;
        save();
        core.channel.postMessage(state.token);
      })
      .catch(() => {});
  }

  const looked = () => (document.hidden ? listening?.abort() : wake());
  const leaving = () => {
    // the tab may never come back: whatever waits goes out now; doubles are recognised by their id
    for (const item of state.conversation ? out : []) {
      item.sealed = true;
      save();
      request(conversation('messages'), { client_message_id: item.id, text: textOf(item) }).catch(() => {});
    }
  };

  function end(): void {
    alive = false;
    clearTimeout(timer);
    listening?.abort();
    removeEventListener('online', wake);
    removeEventListener('pagehide', leaving);
    document.removeEventListener('visibilitychange', looked);
    wake();
  }

  addEventListener('online', wake);
  addEventListener('pagehide', leaving);
  document.addEventListener('visibilitychange', looked);
  listen().catch(() => {});
  if (out.length) seal();
  return { begin, say, seen, rate, wake, identify, end };
}

const isFinal = ({ status }: Response) => status < 500 && status !== 429 && status !== 408;
const isLost = ({ status }: Response) => status === 401 || status === 403 || status === 404;

export const textOf = (item: Outgoing) => item.lines.join('\n');
export const isSame = (message: Message, item: Outgoing) => message.author === 'visitor'
  && (message.client_message_id ? message.client_message_id === item.id : message.text.trim() === textOf(item).trim());

/** crypto.randomUUID exists on https and localhost only; plain http pages get the same from getRandomValues. */
const uuid = () => crypto.randomUUID?.() || '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) =>
  (+digit ^ (crypto.getRandomValues(new Uint8Array(1))[0]! & (15 >> (+digit / 4)))).toString(16));
