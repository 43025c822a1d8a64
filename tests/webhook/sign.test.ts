import { describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { checkSecret, createSecret, isSignedBy, signatureHeader } from '../../src/webhook/sign.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const other = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const body = '{"type":"product.updated","data":{"name":"Größe – 1 €"}}';

function now(): string {
  return String(Math.floor(Date.now() / 1000));
}

function headersFor(secrets: string[]): Record<string, string> {
  const timestamp = now();
  const signature = signatureHeader({ id: 'msg_1', timestamp, body }, secrets);
  return {
    'webhook-id': 'msg_1',
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  };
}

describe('a signature', () => {
  it('is what the standard says for a known message', () => {
    const signed = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: '1614265330' };
    expect(signatureHeader({ ...signed, body: '{"test": 2432232314}' }, [secret])).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it('is verified by the package of the standard', () => {
    expect(new Webhook(secret).verify(body, headersFor([secret]))).toEqual(JSON.parse(body));
  });

  it('is verified with the new and with the old secret after a rotation', () => {
    const headers = headersFor([secret, other]);
    for (const each of [secret, other]) {
      expect(new Webhook(each).verify(body, headers)).toEqual(JSON.parse(body));
    }
  });

  it('is verified when the package of the standard made it', () => {
    const at = new Date();
    const signature = new Webhook(secret).sign('msg_1', at, body);
    const timestamp = String(Math.floor(at.getTime() / 1000));
    expect(isSignedBy({ id: 'msg_1', timestamp, body }, signature, secret)).toBe(true);
  });

  it.each([
    ['another id', { id: 'msg_2' }],
    ['another time', { timestamp: '1614265331' }],
    ['a byte more', { body: `${body} ` }],
  ])('does not verify with %s', (_, changed) => {
    const signed = { id: 'msg_1', timestamp: '1614265330', body };
    const header = signatureHeader(signed, [secret]);
    expect(isSignedBy(signed, header, secret)).toBe(true);
    expect(isSignedBy({ ...signed, ...changed }, header, secret)).toBe(false);
  });

  it.each(['', 'v1', 'v1,', 'v1,AAAA', 'nonsense', 'v1a,g0hM9SsE', ', ,'])(
    'does not verify where there is none: "%s"',
    (header) => {
      const signed = { id: 'msg_1', timestamp: '1614265330', body };
      expect(isSignedBy(signed, header, secret)).toBe(false);
    },
  );

  it('does not verify with another secret', () => {
    const signed = { id: 'msg_1', timestamp: '1614265330', body };
    expect(isSignedBy(signed, signatureHeader(signed, [secret]), other)).toBe(false);
  });
});

describe('a secret', () => {
  it('is new each time, and taken by the package of the standard', () => {
    const made = createSecret();
    expect(made).not.toBe(createSecret());
    expect(() => new Webhook(made)).not.toThrow();
    expect(checkSecret(made)).toBe(made);
  });

  it.each([
    '',
    'secret',
    'whsec_',
    'whsec_!!!',
    `whsec_${'A'.repeat(20)}`,
    `whsec_${'A'.repeat(88)}`,
  ])('that is none, too short or too long is refused without being repeated: "%s"', (text) => {
    expect(() => checkSecret(text)).toThrow(/24 to 64 bytes/);
    if (text.length > 6) expect(() => checkSecret(text)).not.toThrow(text);
  });
});
