/** Compiled by `npm run check` alone: what docs/widget.md shows is what the declarations allow. */
/// <reference path="../foyer.d.ts" />

foyer('open');
foyer('send', 'Which plan fits us?');
foyer('identify', { jwt: 'signed.by.you' });
foyer('on', 'lead', () => {});
foyer('track', 'calculator', { seats: 40 });
foyer('consent', { analytics: true, text_version: '2026-03' });
foyer('reset');
// @ts-expect-error there is no such command
foyer('explode');
// @ts-expect-error nor such an event
foyer('on', 'explosion', () => {});
