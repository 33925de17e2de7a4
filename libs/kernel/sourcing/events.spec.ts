import { IsEmail, IsInt, IsOptional, IsString } from 'class-validator';
import { amended, Clear, defineEvents, Erased, opened, Personal, Rejection, upcast } from '.';
import { testEvents } from './testing/test-events';

class PaidV1 {
  @Clear() @IsInt() yuan!: number;
  @Personal('identity') @IsString() payee!: Personal<string>;
}
class PaidV2 {
  @Clear() @IsInt() fen!: number;
  @Personal('identity') @IsString() payee!: Personal<string>;
}
class Paid {
  @Clear() @IsInt() fen!: number;
  @Clear() @IsOptional() @IsString() source?: string;
  @Personal('identity') @IsString() payee!: Personal<string>;
}

const events = defineEvents(
  'purse',
  { Paid },
  {
    events: { Paid: ['付款', 'Paid'] },
    fields: { fen: ['金额', 'Fen'], source: ['来源', 'Source'], payee: ['收款人', 'Payee'] },
  },
  {
    Paid: [
      upcast(PaidV1, ({ yuan, payee }) => ({ fen: yuan * 100, payee })),
      upcast(PaidV2, (old) => ({ ...old, source: 'unknown' })),
    ],
  },
);
const paid = events.types.get('Paid')!;
const owner = '01999999-0000-7000-8000-0000000000aa';
const part = (payee: string | Erased) => ({
  class: 'identity' as const,
  subject: owner,
  part: payee instanceof Erased ? payee : { payee },
});

describe('an event type with earlier versions', () => {
  it('has the version after its last upcast', () => {
    expect(paid.schema).toBe(3);
  });

  it.each([
    [1, { yuan: 5 }, { fen: 500, payee: '甲', source: 'unknown' }],
    [2, { fen: 7 }, { fen: 7, payee: '甲', source: 'unknown' }],
    [3, { fen: 9 }, { fen: 9, payee: '甲' }],
  ])('reads version %d as today', (schema, clear, whole) => {
    expect(paid.whole(schema, clear, [part('甲')], owner)).toEqual(whole);
  });

  it('passes an erased value through the whole chain', () => {
    expect(paid.whole(1, { yuan: 5 }, [part(Erased.value)], owner)).toEqual({
      fen: 500,
      payee: Erased.value,
      source: 'unknown',
    });
    expect(() => opened(Erased.value)).toThrow(Rejection);
  });

  it('knows no version that never was', () => {
    expect(() => paid.whole(4, {}, [], owner)).toThrow('schema 4');
  });
});

describe('an event class', () => {
  it('cannot have a field without a mark', () => {
    class Leaky {
      @IsString() name!: string;
    }
    expect(() => testEvents('leak', { Leaky })).toThrow('Leaky@1.name is neither @Clear nor @Personal');
  });

  it('cannot have a validator that the schema does not know', () => {
    class Odd {
      @Clear() @IsEmail() mail!: string;
    }
    expect(() => testEvents('odd', { Odd })).toThrow('isEmail has no JSON schema');
  });

  it('takes no surplus field, however it came', () => {
    expect(paid.refuse({ fen: 1, payee: '甲' })).toBeUndefined();
    expect(paid.refuse({ fen: 1, payee: '甲', surplus: 1 })).toContain('surplus');
    expect(paid.refuse({ fen: 1.5, payee: '甲' })).toContain('/fen');
  });
});

describe('corrections', () => {
  const meta = (id: string, type: string) => ({
    id,
    type,
    stream: 's',
    subject: 's',
    revision: 0,
    h: '',
    schema: 1,
    cmd: '',
    actor: '',
    auth: '',
    via: '',
    area: '',
    recordedAt: '',
  });
  it('lie over their targets in order, and leave the others alone', () => {
    const fact = { meta: meta('a', 'Paid'), data: { fen: 1, source: 'x' } };
    const correction = (replaces: object) => ({
      meta: meta('c', 'CorrectionRecorded'),
      data: { event: 'a', replaces },
    });
    expect(amended([fact])).toEqual([fact]);
    expect(amended([fact, correction({ fen: 2 }), correction({ fen: 3 })])[0]?.data).toEqual({ fen: 3, source: 'x' });
  });
});
