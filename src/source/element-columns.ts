import { JsonValue } from './json.js';
import { absentCell, type Cell } from './source.js';

/** An element that is read: what of it is known so far. */
export interface Node {
  name: string;
  attributes: [string, string][];
  children: { name: string; qualified: string; value: Value }[];
  text: string;
}

/** An element as a value: its text, with its attributes, or what stands in it as JSON. */
type Value =
  | { text: string; attributes: [string, string][] }
  /** `texts`: one for each language, where it holds nothing else. */
  | { json: string; texts?: [language: string, text: string][] };

const ownLanguage = 'xml:lang';
const language = '.language.';

/** The language of a file that fills its fields: the first that is met in it. */
export interface MainLanguage {
  code: string | null;
}

/** A sentence about texts of which only the first language fills a field. */
export function languageNotes(keys: readonly string[]): string[] {
  const others = keys.filter((key) => key.includes(language));
  if (others.length === 0) return [];
  return [`Of texts in several languages the first is taken; others are kept ("${others[0]}")`];
}

/** Without namespaces, and what only concerns these; a language keeps its own. */
export function ownAttributes(attributes: Record<string, string>): [string, string][] {
  return Object.entries(attributes)
    .filter(([name]) => name === ownLanguage || !/^(xmlns(:|$)|xsi:|xml:)/.test(name))
    .map(([name, text]) => [name === ownLanguage ? name : name.slice(name.indexOf(':') + 1), text]);
}

/** The columns of a product; an attribute that is called like a child has the product's name before. */
export function columnsOf(node: Node, main: MainLanguage): [string, Cell][] {
  const columns = new Map<string, Cell>();
  for (const [name, values] of grouped(node.children)) {
    const translated = textsOf(values);
    if (translated !== null) {
      main.code ??= translated[0]![0];
      const first = translated.find(([code]) => code === main.code) ?? translated[0]!;
      for (const text of translated) {
        columns.set(text === first ? name : `${name}${language}${text[0]}`, text[1]);
      }
      continue;
    }
    const add = (key: string, cell: Cell) => {
      if (cell !== absentCell) columns.set(key, cell);
    };
    add(name, cellOf(values));
    for (const [attribute, cell] of attributeCells(values)) add(`${name}.${attribute}`, cell);
  }
  for (const [name, text] of node.attributes) {
    if (name === ownLanguage) continue;
    columns.set(columns.has(name) ? `${node.name}.${name}` : name, text);
  }
  if (node.children.length === 0 && node.text.trim() !== '') columns.set('text', node.text);
  return [...columns];
}

/**
 * Texts by their languages, which have codes (`<name xml:lang="de">`) or, in PrestaShop, numbers
 * (`<name><language id="1">`).
 * @returns null for what is no text in several languages
 */
function textsOf(values: Value[]): [string, string][] | null {
  const [only] = values;
  if (values.length === 1) return 'json' in only! ? (only.texts ?? null) : null;
  return textsBy(values, languageOf);
}

function textsBy(
  values: Value[],
  codeOf: (attributes: [string, string][]) => string | undefined,
): [string, string][] | null {
  const texts = values.map((value): [string, string] | null => {
    const code = 'json' in value ? undefined : codeOf(value.attributes);
    return code === undefined || 'json' in value ? null : [code, value.text];
  });
  const codes = new Set(texts.map((each) => each?.[0]));
  return texts.every((each) => each !== null) && codes.size === texts.length ? texts : null;
}

function languageOf(attributes: [string, string][]): string | undefined {
  return attributes.find(([key]) => key === ownLanguage || key === 'lang')?.[1];
}

function numberOf(attributes: [string, string][]): string | undefined {
  return attributes.find(([key]) => key === 'id')?.[1];
}

/**
 * Children by their names without prefix; where another prefix has the same name it keeps its own:
 * `title` beside `g:title`.
 */
function grouped(children: Node['children']): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  const owners = new Map<string, string>();
  for (const { name, qualified, value } of children) {
    const owner = owners.get(name);
    if (owner === undefined) owners.set(name, qualified);
    const key = owner === undefined || owner === qualified ? name : qualified;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

/** One value, or a list of those that are not blank; absent where there are only attributes. */
function cellOf(values: Value[]): Cell {
  const isBare = values.every((value) => !('json' in value) && value.text === '');
  if (isBare && values.some((value) => 'attributes' in value && hasAttributes(value))) {
    return absentCell;
  }
  const filled = values.filter((value) => 'json' in value || value.text.trim() !== '');
  const [only] = filled;
  if (only === undefined) return '';
  if (filled.length > 1) return new JsonValue(`[${filled.map(jsonOfText).join(',')}]`);
  return 'json' in only ? new JsonValue(only.json) : only.text;
}

function hasAttributes({ attributes }: Pick<Node, 'attributes'>): boolean {
  return attributes.some(([name]) => name !== ownLanguage);
}

function jsonOfText(value: Value): string {
  return 'json' in value ? value.json : JSON.stringify(value.text);
}

/** The attributes of a child, one cell for each; of a repeated one as lists of equal length. */
function attributeCells(values: Value[]): [string, Cell][] {
  const maps = values.map((value) => new Map('json' in value ? [] : value.attributes));
  const names = new Set(maps.flatMap((map) => [...map.keys()]));
  names.delete(ownLanguage);
  return [...names].map((name) => {
    const texts = maps.map((map) => map.get(name) ?? null);
    return [name, texts.length === 1 ? (texts[0] ?? '') : new JsonValue(JSON.stringify(texts))];
  });
}

/** Children of one name that stand alone are a list, others an object. */
export function valueOf({ attributes, children, text }: Node): Value {
  if (children.length === 0) return { text, attributes };
  const groups = [...grouped(children)];
  const isList = groups.length === 1 && !hasAttributes({ attributes }) && text.trim() === '';
  if (isList) {
    const [name, values] = groups[0]!;
    const isTranslated = name === 'language';
    const texts = isTranslated ? textsBy(values, numberOf) : null;
    return { json: `[${values.map(jsonOf).join(',')}]`, ...(texts === null ? {} : { texts }) };
  }
  const taken = new Set(groups.map(([name]) => name));
  const members = membersOf({ attributes }).map(([name, json]) => [
    taken.has(name!) ? `@${name}` : name!,
    json!,
  ]);
  for (const [name, values] of groups) {
    const json = values.map(jsonOf);
    members.push([name, json.length === 1 ? json[0]! : `[${json.join(',')}]`]);
  }
  if (text.trim() !== '') members.push(['text', JSON.stringify(text)]);
  return { json: objectOf(members) };
}

function jsonOf(value: Value): string {
  if ('json' in value) return value.json;
  if (!hasAttributes(value)) return JSON.stringify(value.text);
  const members = membersOf(value);
  if (value.text.trim() !== '') members.push(['text', JSON.stringify(value.text)]);
  return objectOf(members);
}

function membersOf({ attributes }: Pick<Node, 'attributes'>): string[][] {
  const own = attributes.filter(([name]) => name !== ownLanguage);
  return own.map(([name, text]) => [name, JSON.stringify(text)]);
}

function objectOf(members: string[][]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}
