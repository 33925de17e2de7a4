import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { householdCard } from '@domain/household';
import { importRegister } from '@system/import-register';
import type { System } from '@system/system';

/** A household in the old register. */
export interface Entry {
  readonly area: string;
  readonly number: string;
  readonly head: string;
  /** 户类型, by default 未脱贫. */
  readonly kind?: string;
  /** Members beside the head: his children. */
  readonly others?: readonly string[];
}

export interface Imported {
  readonly household: string;
  readonly person: string;
  readonly others: readonly string[];
}

const HEADER = '乡,行政村,户编号,姓名,与户主关系,首次识别时间,户类型';

/** Takes households over from a register file, as an office does; answers them in the order of the file. */
export const importHouseholds = async (system: System, entries: readonly Entry[]): Promise<readonly Imported[]> => {
  const { places } = system;
  const lines = entries.flatMap(({ area, number, head, kind = '未脱贫', others = [] }) =>
    [[head, '户主'] as const, ...others.map((name) => [name, '之子'] as const)].map(([name, relation]) =>
      [places.name(`${area.slice(0, 9)}000`), places.name(area), number, name, relation, '2014-04', kind].join(','),
    ),
  );
  const { refused } = await importRegister(system, Buffer.from([HEADER, ...lines].join('\n')), {
    issued: (cmd) => ({ ...system.issued('import', 'import'), cmd }),
    refusedFile: join(mkdtempSync(join(tmpdir(), 'jd-register-')), 'refused.csv'),
  });
  if (refused > 0) throw new Error(`${String(refused)} households were refused`);
  const where = { householdNo: { in: entries.map(({ number }) => number) } };
  const { items } = await system.models.find(householdCard, { where, limit: 1000 });
  return entries.map(({ number }) => {
    const card = items.find(({ householdNo }) => householdNo === number);
    if (!card) throw new Error(`${number} was not taken over`);
    const others = card.people.map(({ person }) => person).filter((person) => person !== card.headPerson);
    return { household: card.id, person: card.headPerson, others };
  });
};
