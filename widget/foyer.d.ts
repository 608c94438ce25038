/** What a page may ask of the chat widget. Copy this file into your project, or reference it. */

interface FoyerMessage {
  id?: string | number;
  author: 'visitor' | 'assistant' | 'rep';
  text: string;
  name?: string;
}

interface FoyerEvents {
  /** The window was opened or closed, by the visitor or by the page. */
  open: undefined;
  close: undefined;
  /** Somebody said something, the visitor included. */
  message: FoyerMessage;
  /** The visitor has just told where to reach them. */
  lead: undefined;
}

interface Foyer {
  (command: 'open' | 'close' | 'toggle' | 'reset'): void;
  /** Opens the window and says this for the visitor. */
  (command: 'send', text: string): void;
  /** `jwt` is signed by your own server; docs/sites.md says what it holds. */
  (command: 'identify', who: { jwt: string } | string): void;
  (command: 'on', event: keyof FoyerEvents, handler: (detail: any) => void): void;
  /** Something the visitor did on your page, under a name that your criteria may count. */
  (command: 'track', name: string, about?: Record<string, string | number | boolean>): void;
  (command: 'consent', granted: { analytics: boolean; text_version?: string }): void;
  /** The element on the page; it also fires `foyer:open`, `foyer:close`, `foyer:message` and `foyer:lead`. */
  readonly host?: HTMLElement;
  /** Calls made before the widget is there. */
  q?: IArguments[];
}

declare const foyer: Foyer;

interface Window {
  foyer: Foyer;
}
