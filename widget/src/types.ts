/** What the loader, the panel and the server (CONTRACT: HTTP API v1) say to each other. */

export interface Message {
  id: string | number;
  author: 'visitor' | 'assistant' | 'rep';
  text: string;
  name?: string;
  quick_replies?: string[] | null;
  cta?: { label: string; url: string; about?: string } | null;
  picture?: string;
  at?: string;
  client_message_id?: string;
}

export interface Opened {
  conversation_id: string;
  visitor_token: string;
  messages: Message[];
}

export interface Answer {
  messages: Message[];
  handling?: 'assistant' | 'rep';
  lead?: true;
  closed?: true;
}

/** One message on its way: lines typed in quick succession travel together under one id. */
export interface Outgoing {
  id: string;
  lines: string[];
  sealed?: boolean;
}

export type Touch = Record<string, string>;

/** What this tab remembers in sessionStorage. */
export interface State {
  token?: string;
  conversation?: string;
  cursor?: string | number;
  open?: boolean;
  unread?: number;
  out?: Outgoing[];
  touch?: { first: Touch; last: Touch };
  consent?: boolean;
  teased?: boolean;
  rated?: boolean;
}

/** What the loader lends the panel. */
export interface Core {
  origin: string;
  data: DOMStringMap;
  state: State;
  channel: BroadcastChannel;
  host: HTMLElement;
  jwt?: string | { jwt: string };
  save(): void;
  allowed(): boolean;
  ready(): Promise<unknown>;
}

export interface Panel {
  open(): void;
  close(): void;
  toggle(): void;
  send(text: string): void;
  identify(): void;
  reset(): void;
  tease(): void;
}

export type Words = typeof import('./locales/en').default;
