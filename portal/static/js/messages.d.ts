/** The catalogue of the page's language; the server makes it and the import map names it. */
declare module "yunchuang/messages" {
  export const language: string;
  export const messages: Record<string, string | string[]>;
}
