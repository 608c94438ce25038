/** Where the visitor came from and what they looked at, only as far as they allow it. */
import { state } from './session';

const CAMPAIGN = /^(utm_[a-z_]{2,20}|([gw]bra|gcl|fbcl|msclk)id|li_fat_id)$/;

let seen: boolean;

/** One view per page; the first and the latest arrival by campaign or outside referrer are kept. */
export function view(send: (type: string, data: object) => void): void {
  if (seen) return;
  seen = true;
  const touch = arrival();
  if (!state.touch || Object.keys(touch)[0]) {
    touch.landing = cut(location.pathname);
    state.touch = { first: touch, ...state.touch, last: touch };
  }
  send('page_view', { title: cut(document.title), ...touch });
}

function arrival(): Record<string, string> {
  const touch: Record<string, string> = {};
  const from = document.referrer.split(/[?#]/)[0]!;
  if (from && from.split('/')[2] != location.host) touch.referrer = cut(from);
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (CAMPAIGN.test(name) && !value.includes('@')) touch[name] = cut(value);
  }
  return touch;
}

const cut = (text: string) => text.slice(0, 200);
