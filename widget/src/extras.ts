/** What few visitors see, fetched only then: the teaser beside the launcher, and the rating when a chat has ended. */
import css from './extras.css';
import { h, icon } from './dom';
import type { Words } from './types';

export type Rating = 'good' | 'bad';

/** A line beside the launcher: a click on it opens the chat, the cross puts it away for this session. */
export function tease(root: ShadowRoot, text: string, words: Words, open: () => void): () => void {
  const line = h('button', { type: 'button' }, text);
  const cross = h('button', { type: 'button', class: 'cross', 'aria-label': words.dismiss }, icon('M6 6l12 12M18 6L6 18'));
  const box = h('div', { class: 'teaser' }, line, cross);
  const away = () => box.remove();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);
  line.onclick = open;
  cross.onclick = () => {
    away();
    root.querySelector('button')!.focus();
  };
  root.querySelector('section')!.append(box);
  return away;
}

/** Asked once, above the field; writing on stays possible all the while. */
export function rate(before: Element, words: Words, tell: (rating: Rating) => void): void {
  const choice = (rating: Rating) => {
    const button = h('button', { type: 'button' }, words[rating]);
    button.onclick = () => {
      tell(rating);
      group.replaceChildren(words.thanks);
    };
    return button;
  };
  const group = h('div', { class: 'quick', role: 'group', 'aria-label': words.rate }, words.rate, choice('good'), choice('bad'));
  group.style.alignItems = 'center';
  before.before(group);
}
