import { Option } from 'commander';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { importCommands } from '../src/commands/index.js';
import {
  defaultsOf,
  optionName,
  wholeNumber,
  type OptionSpec,
  type OptionsOf,
} from '../src/option.js';

const specs = [
  { flags: '--one-of <word>', description: '', choices: ['a', 'b'], default: 'a' },
  { flags: '--count <n>', description: '', parse: wholeNumber(1) },
  { flags: '--map <pair>', description: '', repeatable: true },
  { flags: '--wait <seconds>', description: '', parse: wholeNumber(0), default: 600 },
  { flags: '--no-wait', description: '' },
  { flags: '--yes', description: '' },
  { flags: '--no-deliver', description: '' },
] as const satisfies OptionSpec[];

type Options = OptionsOf<typeof specs>;

describe('the type of options, as the compiler reads it from their specifications', () => {
  it('has the choices for words, and what `parse` gives', () => {
    expectTypeOf<Options['oneOf']>().toEqualTypeOf<'a' | 'b'>();
    expectTypeOf<Options['count']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<Options['map']>().toEqualTypeOf<string[] | undefined>();
  });

  it('has what `--no-` makes of an option, and switches', () => {
    expectTypeOf<Options['wait']>().toEqualTypeOf<number | false>();
    expectTypeOf<Options['yes']>().toEqualTypeOf<boolean | undefined>();
    expectTypeOf<Options['deliver']>().toEqualTypeOf<boolean>();
    type Names = 'oneOf' | 'count' | 'map' | 'wait' | 'yes' | 'deliver';
    expectTypeOf<keyof Options>().toEqualTypeOf<Names>();
  });
});

describe('an option', () => {
  it('has the name that commander gives it, in every command', async () => {
    const all = (await importCommands()).flatMap(({ options = [] }) => options);
    expect(all.length).toBeGreaterThan(50);
    const names = all.map(({ flags }) => new Option(flags).attributeName());
    expect(all.map(optionName)).toEqual(names);
  });

  it('is for the command line alone where it deletes, answers, or opens a way inside', async () => {
    const dangerous =
      /^(action|missing|replace|yes|all|detach|allowPrivate|secret|header|identity)$/;
    const all = (await importCommands()).flatMap(({ options = [] }) => options);
    const open = all.filter(({ config }) => config !== undefined).map(optionName);
    expect(open).toContain('maxRejects');
    expect(open.filter((name) => dangerous.test(name))).toEqual([]);
    expect(all.find((spec) => optionName(spec) === 'blank')?.config).toEqual(['keep']);
  });

  it('has its default where none is given', () => {
    expect(defaultsOf(specs)).toEqual({ oneOf: 'a', wait: 600, deliver: true });
  });
});
