import { describe, expect, it } from 'vitest';
import { Net } from '../../src/net/net.js';
import { checkUrl } from '../../src/net/address.js';
import { disguises, lookalikes } from './disguises.js';

/** A resolver that must not be asked: all of these are refused as they are written. */
const nobody = () => Promise.reject(new Error('the resolver was asked'));
const limits = { timeoutMs: 5000, maxBytes: 100 };

describe('an address that leads inside', () => {
  it('stands in a table of at least 40', () => {
    expect(new Set(disguises).size).toBeGreaterThanOrEqual(40);
  });

  it.each(disguises)('is refused when it is added: %s', async (url) => {
    const checked = new Net(nobody).check(url, false, 5000);
    await expect(checked).rejects.toMatchObject({ code: 'address_refused' });
  });

  it.each(disguises)('is refused when something is sent: %s', async (url) => {
    const refused = { code: 'address_refused' };
    await expect(new Net(nobody).get(url, limits)).rejects.toMatchObject(refused);
    const posted = new Net(nobody).post(url, { ...limits, body: '' });
    await expect(posted).rejects.toMatchObject(refused);
  });

  it.each(['10.1.2.3', '169.254.169.254', '::1', '::ffff:127.0.0.1', 'fd00::1'])(
    'is refused when a name resolves to it, at adding and at sending: %s',
    async (address) => {
      const family = address.includes(':') ? 6 : 4;
      const net = new Net(() => Promise.resolve([{ address, family }]));
      const refused = { code: 'address_refused' };
      await expect(net.check('http://shop.example/', false, 5000)).rejects.toMatchObject(refused);
      await expect(net.get('http://shop.example/', limits)).rejects.toMatchObject(refused);
    },
  );

  it('is refused when it is one of several addresses of a name', async () => {
    const net = new Net(() =>
      Promise.resolve([
        { address: '93.184.215.14', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ]),
    );
    const sent = net.get('http://shop.example/', limits);
    await expect(sent).rejects.toMatchObject({ code: 'address_refused' });
  });
});

describe('an address that is open to requests', () => {
  it.each(lookalikes)('passes though it looks alike: %s', (url) => {
    expect(checkUrl(url, false).href).toContain('http://');
  });

  it.each(disguises)('may be anywhere where private ones are allowed: %s', (url) => {
    expect(checkUrl(url, true).protocol).toBe('http:');
  });
});

describe('a URL', () => {
  it.each([
    ['ftp://example.com/', 'is neither http nor https'],
    ['file:///etc/passwd', 'is neither http nor https'],
    ['gopher://127.0.0.1/', 'is neither http nor https'],
    ['example.com/hook', 'is not a URL'],
    ['http://[fe80::1%25eth0]/', 'is not a URL'],
    ['http://256.1.1.1/', 'is not a URL'],
    ['https://user:password@example.com/', 'carries a user name or password'],
    ['https://token@example.com/', 'carries a user name or password'],
    [`https://example.com/${'x'.repeat(8192)}`, 'is longer than 8192 characters'],
  ])('is refused even where private ones are allowed: %s', (url, message) => {
    expect(() => checkUrl(url, true)).toThrow(message);
  });
});
