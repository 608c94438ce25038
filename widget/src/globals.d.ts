/** Names filled in by build.mjs, and the browser's privacy signal TypeScript does not know. */
declare const PANEL: string;
declare const EXTRAS: string;
declare const LOCALES: Record<string, string>;

declare module '*.css' {
  const text: string;
  export default text;
}

interface Navigator {
  globalPrivacyControl?: boolean;
}
