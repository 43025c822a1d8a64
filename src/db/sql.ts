import { existsSync, readFileSync } from 'node:fs';

/** The schema that stands in the files of sql/, so that each of them runs in psql as it is. */
export const defaultSchema = 'prodimport';

const folder = new URL('../../sql/', import.meta.url);
const texts = new Map<string, string>();

/**
 * The text of `sql/<name>.sql` for a schema.
 * @param name such as `load/merge`
 * @param parts what fills `{{name}}` in it; a name that is not given includes that SQL file
 * @param isDistributed whether products are spread over the nodes of a cluster: `sql/distributed/`
 *   then comes first, which holds what has to be said otherwise there
 */
export function sqlText(
  name: string,
  schema: string,
  parts: Record<string, string> = {},
  isDistributed = false,
): string {
  const key = `${schema}\0${isDistributed}\0${name}\0${JSON.stringify(parts)}`;
  let text = texts.get(key);
  if (text === undefined) {
    text = inSchema(assemble(name, parts, isDistributed), schema);
    texts.set(key, text);
  }
  return text;
}

/** A name as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function assemble(name: string, parts: Record<string, string>, isDistributed: boolean): string {
  const text = readFileSync(fileOf(name, isDistributed), 'utf8');
  return text.replace(/\{\{([a-z_/]+)\}\}/g, (_, part: string) => {
    return parts[part] ?? assemble(part, parts, isDistributed);
  });
}

function fileOf(name: string, isDistributed: boolean): URL {
  const twin = new URL(`distributed/${name}.sql`, folder);
  return isDistributed && existsSync(twin) ? twin : new URL(`${name}.sql`, folder);
}

/** Moves `prodimport.` to another schema, in identifiers and in the strings that name them. */
export function inSchema(text: string, schema: string): string {
  if (schema === defaultSchema) return text;
  const name = `${identifier(schema)}.`;
  const literal = `'${name.replaceAll("'", "''")}`;
  return text.replace(/'?\bprodimport\./g, (found) => (found.startsWith("'") ? literal : name));
}
