import type { Input, OptionSource } from './command.js';
import { configFileName, namedSchema } from '../environment.js';
import type { Context } from './context.js';
import { redact } from '../errors.js';

/** A value in force, and where it was found. */
interface Setting {
  name: string;
  value: unknown;
  from: string;
}

const sourceNames: Record<OptionSource, string> = {
  cli: 'command line',
  config: configFileName,
  default: 'default',
};

/** Says, for `--debug`, what every option has for its value, and why. Secrets are masked. */
export async function tellSettings(context: Context, input: Input): Promise<void> {
  const { database: _, schema: __, color, ...options } = input.options;
  const settings = [
    await databaseSetting(context),
    schemaSetting(context),
    colourSetting(context, color, input),
    ...Object.entries(options).map(([name, value]) => {
      return { name, value, from: sourceNames[input.sources[name] ?? 'default'] };
    }),
  ];
  for (const { name, value, from } of settings) {
    const shown = masked(name, value);
    const text = typeof shown === 'string' ? shown : JSON.stringify(shown);
    context.debug(`${name} = ${text} (${from})`, { setting: name, value: shown, from });
  }
}

async function databaseSetting(context: Context): Promise<Setting> {
  const name = 'database';
  try {
    const target = await context.target();
    if (target.kind === 'server') return { name, value: target.label, from: target.from };
    const { embeddedFolders } = await import('../db/embedded/folders.js');
    const { home } = embeddedFolders(target.environment);
    return { name, value: `embedded PostgreSQL in ${home}`, from: target.from };
  } catch (error) {
    // A command that needs the database will say so itself.
    return { name, value: null, from: (error as Error).message };
  }
}

function schemaSetting({ environment, globals }: Context): Setting {
  const { name, from } = namedSchema(globals.schema, environment);
  return { name: 'schema', value: name, from };
}

function colourSetting({ environment }: Context, value: unknown, { sources }: Input): Setting {
  const name = 'color';
  const source = sources[name] ?? 'default';
  const said = ['NO_COLOR', 'FORCE_COLOR'].find((variable) => environment.exported[variable]);
  if (source === 'default' && said) return { name, value: said === 'FORCE_COLOR', from: said };
  return { name, value, from: sourceNames[source] };
}

function masked(name: string, value: unknown): unknown {
  if (/secret|password|token|^header$/i.test(name) && value !== undefined) return '***';
  if (isLimit(value)) return `${value.value}${value.percent ? '%' : ''}`;
  return typeof value === 'string' ? redact(value) : value;
}

/** A limit is shown as one types it. */
function isLimit(value: unknown): value is { value: number; percent: boolean } {
  return typeof value === 'object' && value !== null && 'percent' in value;
}
