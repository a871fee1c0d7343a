/**
 * Styles of xterm.js under a Content-Security-Policy without inline styles. It writes them into
 * style elements and style attributes, which such a policy forbids; here they become constructed
 * style sheets and properties, which it allows. Source: xterm.js 6.0, DomRenderer and Viewport.
 */

const HTML = 'http://www.w3.org/1999/xhtml';

/** A document that makes such elements, for xterm's option documentOverride. */
export function withoutInlineStyles(real: Document): Document {
  return new Proxy(real, {
    get: (target, name) => {
      if (name === 'createElement') return (tag: string) => made(target, tag);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Runs `open`, while the document itself makes them too: xterm's scrollbar knows no override. */
export function opening(real: Document, open: () => void): void {
  Object.defineProperty(real, 'createElement', { configurable: true, value: (tag: string) => made(real, tag) });
  try {
    open();
  } finally {
    Reflect.deleteProperty(real, 'createElement');
  }
}

/** What draws the rows takes the page's own document, whatever the option says (xterm.js 6.0). */
export function drawingWith(override: Document, terminal: object): void {
  const { _core: core } = terminal as Drawn;
  const rows = core?._renderService?._renderer?.value?._rowFactory;
  if (rows !== undefined) rows._document = override;
}

interface Drawn {
  readonly _core?: { readonly _renderService?: { readonly _renderer?: { readonly value?: { readonly _rowFactory?: { _document: Document } } } } };
}

function made(real: Document, tag: string): HTMLElement {
  if (tag === 'style') return sheet(real);
  const element = real.createElementNS(HTML, tag);
  if (tag === 'span') {
    element.setAttribute = (name, value) => {
      if (name === 'style') element.style.cssText = value;
      else Element.prototype.setAttribute.call(element, name, value);
    };
  }
  return element;
}

/** Stands where the style element would: its text is a sheet of the document until it is removed. */
function sheet(real: Document): HTMLElement {
  const element = real.createElementNS(HTML, 'span');
  element.hidden = true;
  const rules = new CSSStyleSheet();
  real.adoptedStyleSheets = [...real.adoptedStyleSheets, rules];
  Object.defineProperty(element, 'textContent', {
    set: (text: string) => {
      rules.replaceSync(text);
    },
  });
  element.remove = () => {
    real.adoptedStyleSheets = real.adoptedStyleSheets.filter((one) => one !== rules);
    Element.prototype.remove.call(element);
  };
  return element;
}
