import type { Words } from '../types';

export default {
  close: 'Chat schließen',
  conversation: 'Unterhaltung',
  you: 'Sie',
  assistant: 'Assistent',
  team: 'Unser Team',
  typing: 'Der Assistent schreibt …',
  suggestions: 'Antwortvorschläge',
  message: 'Ihre Nachricht',
  write: 'Nachricht schreiben …',
  send: 'Senden',
  tab: 'öffnet in neuem Tab',
  privacy: 'Datenschutz',
  offline: 'Der Chat ist gerade nicht erreichbar. Ihre Nachrichten bleiben erhalten und gehen gleich danach hinaus.',
  busy: 'Einen Moment bitte. Ihre Nachricht geht in wenigen Sekunden hinaus.',
  failed: 'Nicht gesendet',
  rate: 'Wie war dieser Chat?',
  good: 'Gut',
  bad: 'Nicht gut',
  thanks: 'Danke.',
  dismiss: 'Ausblenden',
} satisfies Words;
