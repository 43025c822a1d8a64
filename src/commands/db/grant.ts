import type { z as Z } from 'zod';
import type { Command } from '../../cli/command.js';
import { levels, oneOf, type Level } from '../../db/levels.js';
import { UsageError } from '../../errors.js';
import type { OptionSpec } from '../../option.js';

const grantedSchema = (z: typeof Z) =>
  z.object({
    schema: z.string(),
    role: z.string(),
    level: z.enum(levels).describe('What it was granted'),
    before: z.enum(levels).nullable().describe('What it could do before; null for nothing'),
    after: z
      .enum(levels)
      .nullable()
      .describe('What it can do now: another than level where it has rights by other ways, too'),
  });

type GrantedRole = Z.infer<ReturnType<typeof grantedSchema>>;

const options = [
  { flags: '--as <level>', description: 'how much it may do', choices: levels },
] as const satisfies OptionSpec[];

const may: Record<Level, string> = {
  viewer: 'lists, searches and exports products, and reads jobs, reports and fields',
  loader:
    'does what a viewer may, loads, undoes its own loads, and works off deliveries and images',
  operator:
    'does what a loader may, changes products by hand, purges, and manages endpoints and fields',
  owner: 'does everything, migrations and grants included',
};

export const dbGrant: Command<GrantedRole, typeof options> = {
  name: 'db grant',
  needs: 'owner',
  lasts: true,
  summary: 'say what a role of the server may do',
  description: `Grants a role exactly what the commands of a level need, and takes back what it had beyond that.\n${levels.map((level) => `As ${level} it ${may[level]}.`).join('\n')}`,
  examples: [
    'prodimport db grant shop_web --as viewer',
    'prodimport db grant nightly --as loader',
    'prodimport db grant nightly --as viewer   # takes back the rest',
  ],
  arguments: [{ name: '<role>', description: 'as `\\du` in psql shows it' }],
  options,
  document: { about: 'what a role was granted', schema: grantedSchema },
  async run(context, input) {
    const { grantLevel } = await import('../../db/rights.js');
    const [role] = input.arguments as [string];
    const { as: level } = input.options;
    if (level === undefined) {
      throw new UsageError(`db grant needs --as, one of ${levels.join(', ')}.`);
    }
    const database = await context.database();
    context.note(`Granting in ${database.label}, schema ${database.schema}`);
    const { before, after } = await grantLevel(await database.main(), role, level);
    if (after !== level) {
      context.warn(
        `${role} may do ${after === null ? 'nothing' : `what ${oneOf(after)} may`} all the same: by a role that it is a member of, or by what others granted it (\\du and \\dp in psql show which).`,
      );
    }
    return { schema: database.schema, role, level, before, after };
  },
  render({ schema, role, level, before }) {
    const past = before === null || before === level ? '' : ` (${oneOf(before)} before)`;
    return `${role} is ${oneOf(level)} of schema ${schema} now${past}: it ${may[level]}.`;
  },
};
