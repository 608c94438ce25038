import type { Words } from '../types';

export default {
  close: 'Cerrar el chat',
  conversation: 'Conversación',
  you: 'Tú',
  assistant: 'Asistente',
  team: 'Nuestro equipo',
  typing: 'El asistente está escribiendo…',
  suggestions: 'Respuestas sugeridas',
  message: 'Tu mensaje',
  write: 'Escribe un mensaje…',
  send: 'Enviar',
  tab: 'se abre en otra pestaña',
  privacy: 'Privacidad',
  offline: 'Ahora mismo no podemos conectar con el chat. Guardamos tus mensajes y los enviamos en cuanto vuelva.',
  busy: 'Un momento, por favor. Tu mensaje saldrá en unos segundos.',
  failed: 'No enviado',
  rate: '¿Qué te ha parecido este chat?',
  good: 'Bien',
  bad: 'Mal',
  thanks: 'Gracias.',
  dismiss: 'Descartar',
} satisfies Words;
