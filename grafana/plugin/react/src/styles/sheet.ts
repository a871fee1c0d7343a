/** Style sheets without style elements, which a strict Content-Security-Policy forbids. */

/** The document has these rules from now on. */
export function adopt(rules: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
