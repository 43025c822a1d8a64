import { describe, expect, it } from 'vitest';
import { embeddedVariables, namedSchema, readEnvironment } from '../src/config.js';
import { useFolder } from './setup/folder.js';

describe('the schema that is named', () => {
  const config = { schema: 'of_config' };
  const file = { PRODIMPORT_SCHEMA: 'of_file' };
  const exported = { PRODIMPORT_SCHEMA: 'exported' };

  it.each([
    ['the flag', 'flag', { exported, file, config }, 'flag', 'command line'],
    ['the environment', undefined, { exported, file, config }, 'exported', 'PRODIMPORT_SCHEMA'],
    ['.env', undefined, { exported: {}, file, config }, 'of_file', 'PRODIMPORT_SCHEMA in .env'],
    ['the file', undefined, { exported: {}, file: {}, config }, 'of_config', /config\.json$/],
    ['nothing', undefined, { exported: {}, file: {} }, 'prodimport', 'default'],
    [
      '.env, where the exported one is empty',
      undefined,
      { exported: { PRODIMPORT_SCHEMA: '' }, file },
      'of_file',
      'PRODIMPORT_SCHEMA in .env',
    ],
  ])('is that of %s, and says so', (_, flag, environment, name, from) => {
    expect(namedSchema(flag, environment)).toEqual({
      name,
      from: typeof from === 'string' ? from : (expect.stringMatching(from) as string),
    });
  });
});

describe('the home of the embedded server', () => {
  const exported = { HOME: '/home/me', PRODIMPORT_HOME: '/exported' };
  const file = { PRODIMPORT_HOME: '/file', HOME: '/nowhere' };

  it('is the exported one before that of .env, from which nothing else counts', () => {
    expect(embeddedVariables({ exported, file })).toEqual(exported);
    expect(embeddedVariables({ exported: { HOME: '/home/me' }, file })).toEqual({
      HOME: '/home/me',
      PRODIMPORT_HOME: '/file',
    });
  });
});

describe('.env', () => {
  const folder = useFolder();
  const read = (text: string) => {
    folder.write('.env', text);
    return readEnvironment({}, folder.path('')).file;
  };

  it.each([
    ['DATABASE_URL: postgresql://db.example/shop', 'DATABASE_URL'],
    ['# the shop\nOTHER=1\nexport PGHOST db.example\n', 'PGHOST'],
    ['A note\nPRODIMPORT_SCHEMA=shop\n', 'PRODIMPORT_SCHEMA'],
  ])('is refused where a variable of ours would get no value: %j', (text, name) => {
    expect(() => read(text)).toThrow(`.env gives ${name} no value`);
  });

  it('may say what it likes about other things', () => {
    const text = '# PGHOST: none\nA note\nOTHER=1\nPGPORT = 5433\nKEY="x\nDATABASE\ny"\nPGUSER=\n';
    expect(read(text)).toMatchObject({ PGPORT: '5433', PGUSER: '' });
  });
});
