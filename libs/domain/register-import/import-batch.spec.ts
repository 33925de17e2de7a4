import { newUuid } from '@kernel/format';
import { specificationOf, type Given } from '@kernel/sourcing/testing/specification';
import { importDecider } from './import-batch';

const [paper, photo] = [newUuid(), newUuid()];
const given = specificationOf(importDecider, { others: { [paper]: { kind: 'register' }, [photo]: { kind: 'photo' } } });
const start = { paper, area: '433124', kind: 'register', rows: 3 };
const counts = { households: 2, persons: 3, accepted: 1, refused: 1, unchanged: 0 };
const started: Given = { type: 'ImportStarted', data: start };
const committed: Given = { type: 'ImportCommitted', data: counts };

describe('a batch of the old register', () => {
  it('begins once, under one id', () => {
    given().when('StartImport', start).then(started);
    given(started).when('StartImport', start).thenRejected('register/import-started');
    given(started, committed).when('StartImport', start).thenRejected('register/import-started');
  });

  it('rests on the register file', () => {
    given()
      .when('StartImport', { ...start, paper: photo })
      .thenRejected('paper/kind-missing', { kind: 'register' });
    const id = newUuid();
    expect(given({ ...started, id }).state()).toMatchObject({ status: 'started', started: id, paper });
  });

  it('ends once, with its counts', () => {
    given(started).when('CommitImport', counts).then(committed);
    given(started, committed).when('CommitImport', counts).thenRejected('register/import-committed');
  });

  it('stays where it was begun', () => {
    const areaOf = (state: object, command: object) => importDecider.area(state as never, command, undefined as never);
    expect(areaOf(importDecider.initialState, start)).toBe('433124000000');
    expect(areaOf(given(started, committed).state() as object, counts)).toBe('433124000000');
  });

  it('goes on when an effect of it was refused', () => {
    const refused: Given = {
      type: 'EffectRefused',
      data: { event: newUuid(), target: 'household-x', command: 'RegisterLegacyHousehold', code: 'household/one-head' },
    };
    given(started, refused).when('CommitImport', counts).then(committed);
  });
});
