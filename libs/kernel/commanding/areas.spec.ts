import { Type } from 'class-transformer';
import { ArrayMaxSize, IsObject, IsOptional, IsString, Matches, ValidateNested } from 'class-validator';
import {
  AtLevel,
  Clear,
  defineCommands,
  levelOf,
  PartialOf,
  rejectionCatalogue,
  significant,
  type Rejection,
} from '@kernel/sourcing';
import { testEvents } from '@kernel/sourcing/testing/test-events';
import { EVERYWHERE } from '@kernel/sourcing/testing/specification';
import { mustNameAreas } from './areas';

const CODE = /^\d{2,12}$/;

class Stop {
  @Clear('area') @AtLevel('township', 'village') @Matches(CODE) at!: string;
}
class Travelled {
  @Clear('area') @AtLevel('village') @Matches(CODE) to!: string;
}
class Travel extends Travelled {
  @Clear('area') @IsOptional() @Matches(CODE) from?: string;
  @Clear() @IsOptional() @ArrayMaxSize(9) @ValidateNested({ each: true }) @Type(() => Stop) stops?: readonly Stop[];
}
class Correct {
  @Clear() @IsString() corrects!: string;
  @PartialOf('corrects') @IsObject() replaces!: object;
}
const decider = { commands: defineCommands({ Travel, Correct }), events: testEvents('travel', { Travelled }) };

const VILLAGE = '433124110226';
const asked: (readonly [string, string])[] = [];
const places = {
  ...EVERYWHERE,
  known: (code: string, on: string): boolean => {
    asked.push([code, on]);
    return code.startsWith('4331');
  },
};
const refusalOf = (command: string, body: object): Pick<Rejection, 'code' | 'details'> | undefined => {
  try {
    mustNameAreas(decider, [command, body], places, '2016-11-23');
    return undefined;
  } catch (error) {
    return error as Rejection;
  }
};

describe('the areas that a command names', () => {
  it('are in the directory on the day of the act, wherever the command names them', () => {
    expect(refusalOf('Travel', { to: VILLAGE, from: '4331', stops: [{ at: '433124110' }] })).toBeUndefined();
    expect(asked).toEqual([
      [VILLAGE, '2016-11-23'],
      ['4331', '2016-11-23'],
      ['433124110', '2016-11-23'],
    ]);
  });

  it.each([
    ['Travel', { to: '999999999999' }, '/to', '999999999999'],
    ['Travel', { to: '000000000000' }, '/to', '000000000000'],
    ['Travel', { to: VILLAGE, from: '520123' }, '/from', '520123'],
    ['Travel', { to: VILLAGE, stops: [{ at: VILLAGE }, { at: '520123001001' }] }, '/stops/1/at', '520123001001'],
    ['Correct', { corrects: 'Travelled', replaces: { to: '520123001001' } }, '/replaces/to', '520123001001'],
  ])('refuse %s %j with the place', (command, body, path, area) => {
    expect(refusalOf(command, body)).toMatchObject({ code: 'area/unknown', details: { path, area, on: '2016-11-23' } });
  });

  it.each([
    ['Travel', { to: '433124110000' }, '/to', '村 village'],
    ['Travel', { to: VILLAGE, stops: [{ at: '433124' }] }, '/stops/0/at', '乡镇 township、村 village'],
    ['Correct', { corrects: 'Travelled', replaces: { to: '433124' } }, '/replaces/to', '村 village'],
  ])('are of the level that the field asks for: %s %j', (command, body, path, levels) => {
    expect(refusalOf(command, body)).toMatchObject({ code: 'area/wrong-level', details: { path, levels } });
  });

  it('are refused in words of both languages', () => {
    for (const code of ['area/unknown', 'area/wrong-level'])
      expect(rejectionCatalogue().get(code)).toMatchObject({ zh: [expect.any(String), expect.stringContaining('请')] });
  });
});

describe('the code of an area', () => {
  it.each([
    ['430000000000', '43', 'province'],
    ['433100000000', '4331', 'prefecture'],
    ['433124000000', '433124', 'county'],
    ['433124110000', '433124110', 'township'],
    [VILLAGE, VILLAGE, 'village'],
  ])('%s is told by its significant digits', (code, digits, level) => {
    expect([significant(code), levelOf(code), levelOf(digits)]).toEqual([digits, level, level]);
  });
});
