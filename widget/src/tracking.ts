/** Where the visitor came from, what they looked at and followed, only as far as they allow it. No form field is read. */
import { state } from './session';

type Send = (type: string, data: object) => void;

const CAMPAIGN = /^(utm_\w{2,20}|\w{1,9}(clk?|bra)id|li_fat_id)$/;

let seen = '';

/** One view per page, also where pages change without loading; the first and the latest arrival are kept. */
export function view(send: Send): void {
  if (seen == location.pathname) return;
  const touch: Record<string, string> = {};
  const from = seen ? '' : document.referrer.split(/[?#]/)[0]!;
  seen = location.pathname;
  if (from && from.split('/')[2] != location.host) touch.referrer = cut(from);
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (CAMPAIGN.test(name) && !value.includes('@')) touch[name] = cut(value);
  }
  if (!state.touch || Object.keys(touch)[0]) {
    touch.landing = cut(seen);
    state.touch = { first: touch, ...state.touch, last: touch };
  }
  send('page_view', { title: cut(document.title), ...touch });
}

/** What the page has marked: click-throughs, material that is opened, forms that are sent. */
export function watch(send: Send): void {
  const on = (event: string, what: string, type: string) => addEventListener(event, (happened) => {
    const mark = `data-foyer-${what}`;
    const found = (happened.composedPath()[0] as Element).closest?.(`[${mark}]`);
    if (found) send(type, { name: found.getAttribute(mark) });
  }, true);
  on('click', 'cta', 'cta_click');
  on('click', 'content', 'content_click');
  on('submit', 'form', 'form');
}

const cut = (text: string) => text.slice(0, 200);
