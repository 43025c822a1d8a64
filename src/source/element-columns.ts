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
type Value = { text: string; attributes: [string, string][] } | { json: string };

/** Without namespaces, and what only concerns these. */
export function ownAttributes(attributes: Record<string, string>): [string, string][] {
  return Object.entries(attributes)
    .filter(([name]) => !/^(xmlns(:|$)|xsi:|xml:)/.test(name))
    .map(([name, text]) => [name.slice(name.indexOf(':') + 1), text]);
}

/** The columns of a product; an attribute that is called like a child has the product's name before. */
export function columnsOf(node: Node): [string, Cell][] {
  const columns = new Map<string, Cell>();
  for (const [name, values] of grouped(node.children)) {
    const add = (key: string, cell: Cell) => {
      if (cell !== absentCell) columns.set(key, cell);
    };
    add(name, cellOf(values));
    for (const [attribute, cell] of attributeCells(values)) add(`${name}.${attribute}`, cell);
  }
  for (const [name, text] of node.attributes) {
    columns.set(columns.has(name) ? `${node.name}.${name}` : name, text);
  }
  if (node.children.length === 0 && node.text.trim() !== '') columns.set('text', node.text);
  return [...columns];
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
  if (isBare && values.some((value) => 'attributes' in value && value.attributes.length > 0)) {
    return absentCell;
  }
  const filled = values.filter((value) => 'json' in value || value.text.trim() !== '');
  const [only] = filled;
  if (only === undefined) return '';
  if (filled.length > 1) return new JsonValue(`[${filled.map(jsonOfText).join(',')}]`);
  return 'json' in only ? new JsonValue(only.json) : only.text;
}

function jsonOfText(value: Value): string {
  return 'json' in value ? value.json : JSON.stringify(value.text);
}

/** The attributes of a child, one cell for each; of a repeated one as lists of equal length. */
function attributeCells(values: Value[]): [string, Cell][] {
  const maps = values.map((value) => new Map('json' in value ? [] : value.attributes));
  const names = new Set(maps.flatMap((map) => [...map.keys()]));
  return [...names].map((name) => {
    const texts = maps.map((map) => map.get(name) ?? null);
    return [name, texts.length === 1 ? (texts[0] ?? '') : new JsonValue(JSON.stringify(texts))];
  });
}

/** Children of one name that stand alone are a list, others an object. */
export function valueOf({ attributes, children, text }: Node): Value {
  if (children.length === 0) return { text, attributes };
  const groups = [...grouped(children)];
  const isList = groups.length === 1 && attributes.length === 0 && text.trim() === '';
  if (isList) return { json: `[${groups[0]![1].map(jsonOf).join(',')}]` };
  const taken = new Set(groups.map(([name]) => name));
  const members = attributes.map(([name, value]) => {
    return [taken.has(name) ? `@${name}` : name, JSON.stringify(value)];
  });
  for (const [name, values] of groups) {
    const json = values.map(jsonOf);
    members.push([name, json.length === 1 ? json[0]! : `[${json.join(',')}]`]);
  }
  if (text.trim() !== '') members.push(['text', JSON.stringify(text)]);
  return { json: objectOf(members) };
}

function jsonOf(value: Value): string {
  if ('json' in value) return value.json;
  if (value.attributes.length === 0) return JSON.stringify(value.text);
  const members = value.attributes.map(([name, text]) => [name, JSON.stringify(text)]);
  if (value.text.trim() !== '') members.push(['text', JSON.stringify(value.text)]);
  return objectOf(members);
}

function objectOf(members: string[][]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}
