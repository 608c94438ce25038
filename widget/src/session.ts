/** What the tab remembers: sessionStorage, and localStorage only once the visitor has agreed. */
import type { State } from './types';

const STATE = 'foyer.state';
const TOKEN = 'foyer.token';

/** A browser that forbids storage just forgets; the page in view still works. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {}
}

export const state: State = attempt(() => JSON.parse(sessionStorage[STATE])) || {};

const returning = attempt(() => localStorage[TOKEN]);
if (returning) {
  state.consent ??= true;
  state.token ||= returning;
}

export function save(): void {
  attempt(() => {
    sessionStorage[STATE] = JSON.stringify(state);
    if (state.consent) localStorage[TOKEN] = state.token || '';
    else delete localStorage[TOKEN];
  });
}
