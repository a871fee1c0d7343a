/** The style sheets for hosts that allow no style files of plugins: adopted by the document once. */

import text from './index.css?inline';

let adopted = false;

export function adoptStyles(): void {
  if (adopted) return;
  adopted = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
