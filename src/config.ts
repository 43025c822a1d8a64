import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** Environment variables, with those of a `.env` in the current folder below the exported ones. */
export interface Environment {
  exported: NodeJS.ProcessEnv;
  file: NodeJS.ProcessEnv;
  /** What the configuration file says where neither names a database or a schema. */
  config?: { database?: string; schema?: string };
}

/** Looked for in the current folder. */
export const configFileName = 'prodimport.config.json';

/** Reads `.env` in `folder`; a folder without one gives nothing. */
export function readEnvironment(exported: NodeJS.ProcessEnv, folder: string): Environment {
  const path = join(folder, '.env');
  return { exported, file: existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {} };
}

/** One variable, the exported one first. An empty one counts as not set. */
export function variable(environment: Environment, name: string): string | null {
  return environment.exported[name] || environment.file[name] || null;
}
