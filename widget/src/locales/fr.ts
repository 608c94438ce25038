import type { Words } from '../types';

export default {
  close: 'Fermer le chat',
  conversation: 'Conversation',
  you: 'Vous',
  assistant: 'Assistant',
  team: 'Notre équipe',
  typing: 'L’assistant écrit…',
  suggestions: 'Réponses suggérées',
  message: 'Votre message',
  write: 'Écrivez un message…',
  send: 'Envoyer',
  tab: 's’ouvre dans un nouvel onglet',
  privacy: 'Confidentialité',
  offline: 'Le chat est injoignable pour le moment. Vos messages sont gardés et partiront dès son retour.',
  busy: 'Un instant, s’il vous plaît. Votre message part dans quelques secondes.',
  failed: 'Non envoyé',
  rate: 'Comment était ce chat ?',
  good: 'Bien',
  bad: 'Pas bien',
  thanks: 'Merci.',
  dismiss: 'Masquer',
} satisfies Words;
