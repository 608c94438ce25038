/** Plain text to DOM nodes: bare https and mailto addresses become links, everything else stays text. */
import { h } from './dom';

const ADDRESS = /(?:https:\/\/|mailto:)[^\s<>"]+/gi;

export function linked(text: string): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    parts.push(text.slice(end, match.index), link(address, address));
    end = match.index + address.length;
  }
  return [...parts, text.slice(end)];
}

/** A sentence's own punctuation is not part of the address; a bracket is, if it was opened inside. */
function trimmed(address: string): string {
  const bare = address.replace(/[.,;:!?'’”»*]+$/, '');
  return bare.endsWith(')') && !bare.includes('(') ? trimmed(bare.slice(0, -1)) : bare;
}

export function link(url: string, label: string): HTMLAnchorElement {
  return h('a', { href: url, target: '_blank', rel: 'noopener' }, label);
}

/** https and mailto anywhere; plain http only on the site's own hosts (a local try-out). */
export function isSafe(url: string, ...own: string[]): boolean {
  try {
    const { protocol, origin } = new URL(url, location.href);
    return protocol === 'https:' || protocol === 'mailto:' || own.includes(origin);
  } catch {
    return false;
  }
}
