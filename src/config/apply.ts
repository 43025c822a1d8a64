import type { Command, Input } from '../command.js';
import { configFileName, readSettings, type Environment } from '../environment.js';

/**
 * Gives options that the command line does not name the values of `prodimport.config.json`, where
 * `folder` has one. Database and schema stand below the environment: they are given back.
 * @throws UsageError naming what is wrong in the file
 */
export async function applyConfigFile(
  folder: string,
  commands: Command[],
  command: Command,
  input: Input,
): Promise<Environment['config']> {
  const text = readSettings(folder, configFileName);
  if (text === null) return undefined;
  const { parseConfigFile } = await import('./json.js');
  const { globals, options } = parseConfigFile(text, commands, folder);
  const { database, schema, color, ...rest } = globals;
  const isColourSaid = process.env.NO_COLOR || process.env.FORCE_COLOR;
  const values = { ...rest, ...(isColourSaid ? {} : { color }), ...options[command.name] };
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || input.given(name)) continue;
    input.options[name] = value;
    input.sources[name] = 'config';
  }
  return { database, schema };
}
