import type { Words } from '../types';

export default {
  close: 'Fechar o chat',
  conversation: 'Conversa',
  you: 'Você',
  assistant: 'Assistente',
  team: 'Nossa equipe',
  typing: 'O assistente está digitando…',
  suggestions: 'Respostas sugeridas',
  message: 'Sua mensagem',
  write: 'Escreva uma mensagem…',
  send: 'Enviar',
  tab: 'abre em outra aba',
  privacy: 'Privacidade',
  offline: 'Não conseguimos conectar ao chat agora. Suas mensagens ficam guardadas e seguem assim que voltarmos.',
  busy: 'Um momento, por favor. Sua mensagem sai em alguns segundos.',
  failed: 'Não enviada',
  rate: 'O que achou deste chat?',
  good: 'Bom',
  bad: 'Ruim',
  thanks: 'Obrigado.',
  dismiss: 'Dispensar',
} satisfies Words;
