/** A register export of fictional households in real villages: deterministic, with valid check digits. */

interface Village {
  readonly township: string;
  readonly name: string;
  readonly code: string;
}

const VILLAGES: readonly Village[] = [
  { township: '双龙镇', name: '十八洞村', code: '433124110226' },
  { township: '双龙镇', name: '双龙村', code: '433124110218' },
  { township: '双龙镇', name: '排碧村', code: '433124110239' },
  { township: '双龙镇', name: '排碧板栗村', code: '433124110221' },
  { township: '双龙镇', name: '马鞍村', code: '433124110225' },
];

const SURNAMES = ['石', '龙', '杨', '吴', '麻', '隆', '施', '田', '向', '彭'];
const MEN = ['金山', '远林', '启祥', '德昌', '顺清', '志和', '先文', '光明', '建军', '成'];
const WOMEN = ['爬专', '七妹', '秀英', '玉兰', '巧云', '菊花', '美珍', '青', '妹儿', '桂香'];
const CAUSES = [
  '因病',
  '因残',
  '因学',
  '缺技术',
  '缺资金',
  '缺劳力',
  '交通条件落后',
  '自身发展动力不足',
  '缺土地',
  '因灾',
];
const SCHOOLING = ['文盲或半文盲', '小学', '初中', '高中', '大专及以上'];

const HEADER =
  '县,乡,行政村,自然村,户编号,人编号,姓名,证件号码,人数,与户主关系,民族,文化程度,在校生状况,健康状况,劳动技能,' +
  '务工时间(月),是否参加大病保险,致贫原因1,危房户,是否解决安全饮用水,人均纯收入,户联系电话,人联系电话,首次识别时间,' +
  '人员识别时间,户类型,监测对象类型,风险是否消除,风险识别时间,风险消除时间,村民小组';

/** Park and Miller's generator: the same demo on every machine. */
const dice = (seed: number) => {
  let state = seed;
  return (sides: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % sides;
  };
};

type Dice = ReturnType<typeof dice>;

const pick = <T>(list: readonly T[], roll: Dice): T => list[roll(list.length)] as T;

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** A number of the form of GB 11643 whose area part is that of the county. */
const idNumber = (born: string, sequence: number): string => {
  const body = `433124${born}${String(sequence).padStart(3, '0')}`;
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(body[index]), 0);
  return body + '10X98765432'.charAt(sum % 11);
};

interface Person {
  readonly relation: string;
  readonly male: boolean;
  readonly born: number;
}

const FAMILIES: readonly (readonly Person[])[] = [
  [
    { relation: '户主', male: true, born: 1958 },
    { relation: '配偶', male: false, born: 1960 },
    { relation: '之子', male: true, born: 1986 },
    { relation: '之女', male: false, born: 2006 },
  ],
  [
    { relation: '户主', male: true, born: 1949 },
    { relation: '配偶', male: false, born: 1952 },
  ],
  [
    { relation: '户主', male: false, born: 1944 },
    { relation: '之子', male: true, born: 1972 },
    { relation: '儿媳', male: false, born: 1975 },
    { relation: '孙子', male: true, born: 2004 },
    { relation: '孙女', male: false, born: 2009 },
  ],
  [
    { relation: '户主', male: true, born: 1971 },
    { relation: '配偶', male: false, born: 1973 },
    { relation: '之女', male: false, born: 1998 },
    { relation: '之子', male: true, born: 2003 },
    { relation: '母亲', male: false, born: 1941 },
  ],
  [{ relation: '户主', male: true, born: 1938 }],
];

const day = (roll: Dice): string => `${String(1 + roll(12)).padStart(2, '0')}${String(1 + roll(28)).padStart(2, '0')}`;

const schooling = (born: number, roll: Dice): readonly [education: string, school: string] => {
  const age = 2014 - born;
  if (age < 7) return ['学龄前儿童', '学前教育'];
  if (age < 13) return ['小学', '小学'];
  if (age < 16) return ['初中', '八年级'];
  return [pick(age > 55 ? SCHOOLING.slice(0, 2) : SCHOOLING, roll), '非在校生'];
};

const labour = (born: number, roll: Dice): readonly [skill: string, months: string] => {
  const age = 2014 - born;
  if (age < 16) return ['无劳动力', '0'];
  if (age > 65) return ['丧失劳动力', '0'];
  return [pick(['普通劳动力', '普通劳动力', '弱劳动力或半劳动力', '技能劳动力'], roll), String(roll(11))];
};

const ofHousehold = (serial: number, roll: Dice): readonly (readonly string[])[] => {
  const village = VILLAGES[serial % VILLAGES.length]!;
  const number = `${village.code}${String(1 + Math.floor(serial / VILLAGES.length)).padStart(4, '0')}`;
  const family = pick(FAMILIES, roll);
  const surname = pick(SURNAMES, roll);
  const cause = pick(CAUSES, roll);
  const income = String(1200 + roll(1500));
  const phone = `1${String(3_000_000_000 + roll(999_999_999))}`.slice(0, 11);
  const group = `${String(1 + roll(6))}组`;
  return family.map((person, index) => {
    const [education, school] = schooling(person.born, roll);
    const [skill, months] = labour(person.born, roll);
    const name = surname + pick(person.male ? MEN : WOMEN, roll);
    const id = idNumber(`${String(person.born)}${day(roll)}`, 2 * roll(499) + (person.male ? 1 : 2));
    const health = cause === '因病' && index === 0 ? '长期慢性病' : cause === '因残' && index === 0 ? '残疾' : '健康';
    return [
      '花垣县',
      village.township,
      village.name,
      `${village.name}${group}`,
      number,
      `${number}${String(index + 1).padStart(2, '0')}`,
      name,
      id,
      String(family.length),
      person.relation,
      '苗族',
      education,
      school,
      health,
      skill,
      months,
      '是',
      cause,
      serial % 7 === 0 ? '是' : '否',
      serial % 5 === 0 ? '否' : '是',
      income,
      phone,
      index === 0 ? phone : '',
      '2014-04',
      '2014-04',
      serial % 6 === 0 ? '低保贫困户' : '一般贫困户',
      '',
      '',
      '',
      '',
      group,
    ];
  });
};

/** The demo's register as CSV text in UTF-8 with byte-order mark, as the national system exports it. */
export const demoRegister = (households = 60): string => {
  const roll = dice(20_131_103);
  const lines = Array.from({ length: households }, (_, serial) => ofHousehold(serial, roll)).flat();
  return `\ufeff${[HEADER, ...lines.map((cells) => cells.join(','))].join('\r\n')}\r\n`;
};
