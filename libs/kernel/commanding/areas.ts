import { defineRejections, levelOf, levelsAt, type AnyDecider, type AreaLevel, type Directory } from '@kernel/sourcing';
import { markedFields } from './marked-fields';

const refuse = defineRejections({
  'area/unknown': {
    zh: ['区划目录中没有 {area},或其在 {on} 已不存在', '请核对区划代码;新设或变更的区划请先由管理员登记'],
    en: [
      'The directory has no area {area} in force on {on}',
      'Check the code; let the administrator record a new or changed area first',
    ],
  },
  'area/wrong-level': {
    zh: ['{area} 的层级不符,此处应为:{levels}', '请填写该层级的区划代码'],
    en: ['{area} is of the wrong level, it should be: {levels}', 'Give the code of an area of that level'],
  },
});

const WORDS: Readonly<Record<AreaLevel, string>> = {
  province: '省 province',
  prefecture: '市州 prefecture',
  county: '县 county',
  township: '乡镇 township',
  village: '村 village',
};

/**
 * A command names only areas that are in force today, of the level that the field asks for. @throws Rejection with its
 * `path`
 */
export const mustNameAreas = (
  { commands, events }: Pick<AnyDecider, 'commands' | 'events'>,
  [command, body]: readonly [command: string, body: object],
  places: Directory,
  on: string,
): void => {
  const owner = commands.classes[command];
  const fields = owner ? markedFields(owner, body, (type) => events.classes[type]) : [];
  for (const { refers, owner: of, field, value, path } of fields) {
    if (refers !== 'area') continue;
    const area = String(value);
    if (!places.known(area, on)) throw refuse('area/unknown', { area, on, path });
    const levels = levelsAt(of.prototype as object, field);
    if (levels && !levels.some((level) => level === levelOf(area)))
      throw refuse('area/wrong-level', { area, levels: levels.map((one) => WORDS[one]).join('、'), path });
  }
};
