import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Files below a folder of the project, as paths from its root with `/`, in order. */
export function filesIn(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .sort();
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** A file's import of another file of the project. */
export interface Import {
  from: string;
  to: string;
  /** Nothing of it is left when the program runs. */
  typeOnly: boolean;
}

/** Every import of a file that stands in src, dynamic ones too. */
export function importsOf(path: string): Import[] {
  const text = withoutComments(read(path));
  const imports: Import[] = [];
  const statement = /^(?:import|export)\s+(type\s)?([^;]*?)\sfrom\s+'(\.[^']+\.js)'/gm;
  for (const [, type, names, target] of text.matchAll(statement)) {
    const typeOnly = type !== undefined || allTypes(names!);
    imports.push({ from: path, to: resolve(path, target!), typeOnly });
  }
  for (const [, target] of text.matchAll(/\bimport\('(\.[^']+)'\)(?!\.)/g)) {
    imports.push({ from: path, to: resolve(path, target!), typeOnly: false });
  }
  return imports;
}

/** Whether each name between the braces is a type: `{ type A, type B }`. */
function allTypes(names: string): boolean {
  const braces = /^\{([^}]*)\}$/.exec(names.trim());
  if (!braces) return false;
  const each = braces[1]!.split(',').map((name) => name.trim());
  return each.filter(Boolean).every((name) => name.startsWith('type '));
}

export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

function resolve(path: string, target: string): string {
  return normalize(join(dirname(path), target))
    .replaceAll('\\', '/')
    .replace(/\.js$/, '.ts');
}

/** The room of a file: `src/load/merge.ts` is in `load`; a file of src itself is one of its own. */
export function roomOf(path: string): string {
  return path.split('/')[1]!.replace(/\.ts$/, '');
}
