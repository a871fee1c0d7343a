/** The text of a query cut into words, phrases, operators and parentheses, as the API cuts it. */

export type TokenKind = 'word' | 'phrase' | 'operator' | '(' | ')' | 'AND' | 'OR' | 'NOT';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const OPERATORS = ['!=', '!~', '<=', '>=', ':', '=', '~', '<', '>'];
const KEYWORDS: readonly TokenKind[] = ['AND', 'OR', 'NOT'];

/** The tokens of a query; null when a phrase is not closed. */
export function tokenize(text: string): readonly Token[] | null {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (/\s/.test(char)) {
      at += 1;
      continue;
    }
    const token = next(text, at, tokens.at(-1)?.kind === 'operator');
    if (token === null) return null;
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function next(text: string, at: number, afterOperator: boolean): Token | null {
  const char = text.charAt(at);
  if (char === '(' || char === ')') return { kind: char, text: char, start: at, end: at + 1 };
  if (char === '"') return phrase(text, at);
  const operator = afterOperator ? undefined : operatorAt(text, at);
  if (operator !== undefined) return { kind: 'operator', text: operator, start: at, end: at + operator.length };
  let end = at;
  while (end < text.length && !/[\s()"]/.test(text.charAt(end)) && (afterOperator || operatorAt(text, end) === undefined)) end += 1;
  const word = text.slice(at, end);
  const keyword = afterOperator ? undefined : KEYWORDS.find((kind) => kind === word);
  return { kind: keyword ?? 'word', text: word, start: at, end };
}

function operatorAt(text: string, at: number): string | undefined {
  return OPERATORS.find((operator) => text.startsWith(operator, at));
}

function phrase(text: string, start: number): Token | null {
  let found = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    const following = text.charAt(at + 1);
    if (char === '\\' && (following === '"' || following === '\\')) {
      found += following;
      at += 1;
    } else if (char === '"') return { kind: 'phrase', text: found, start, end: at + 1 };
    else found += char;
  }
  return null;
}

/** A value as it must be written to be read back as itself. */
export function written(value: string): string {
  if (/^[\p{L}\p{N}_./-]+$/u.test(value) && !KEYWORDS.some((word) => word === value)) return value;
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
