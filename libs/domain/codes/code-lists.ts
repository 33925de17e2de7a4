/** A code list of the field: the label is authoritative, the code is this system's own. */
export interface CodeList {
  readonly zh: string;
  readonly en: string;
  readonly entries: Readonly<Record<string, string>>;
  /** Other labels in use for a code, from older forms and other systems. */
  readonly also?: Readonly<Record<string, string>>;
}

const numbered = (labels: string): Readonly<Record<string, string>> =>
  Object.fromEntries(labels.split(' ').map((label, index) => [String(index + 1).padStart(2, '0'), label]));

const NATIONS =
  '汉族 蒙古族 回族 藏族 维吾尔族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克族 傣族 黎族 傈僳族 佤族 畲族 ' +
  '高山族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜族 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯族 阿昌族 普米族 ' +
  '塔吉克族 怒族 乌孜别克族 俄罗斯族 鄂温克族 德昂族 保安族 裕固族 京族 塔塔尔族 独龙族 鄂伦春族 赫哲族 门巴族 珞巴族 基诺族';

/** Code lists of the register's forms; lists change by events, these are what ships. */
export const CODE_LISTS = {
  standard: { zh: '识别标准', en: 'Identification standard', entries: { 1: '国家标准', 2: '省定标准', 3: '市定标准' } },
  attribute: {
    zh: '贫困户属性',
    en: 'Household attribute',
    entries: { 1: '一般贫困户', 2: '低保贫困户', 3: '特困供养贫困户', 4: '低保户', 5: '五保户', 9: '一般农户' },
    also: { 五保贫困户: '3', 脱贫户: '1', 一般脱贫户: '1', 低保脱贫户: '2', 特困供养脱贫户: '3' },
  },
  cause: {
    zh: '致贫原因',
    en: 'Cause of poverty',
    entries: {
      1: '因病', 2: '因残', 3: '因学', 4: '因灾', 5: '缺土地', 6: '缺水', 7: '缺技术', 8: '缺劳力', 9: '缺资金', 10: '交通条件落后',
      11: '自身发展动力不足', 12: '因婚', 13: '因丧', 99: '其他',
    },
    also: { 缺劳动力: '8', 自身发展力不足: '11', 交通落后: '10' },
  },
  relation: {
    zh: '与户主关系',
    en: 'Relation to head',
    entries: {
      '01': '户主', 10: '配偶', 20: '之子', 27: '养子或继子', 28: '女婿', 30: '之女', 37: '养女或继女', 38: '儿媳', 41: '孙子', 42: '孙女',
      43: '外孙子', 44: '外孙女', 47: '曾孙子', 48: '曾孙女', 51: '父亲', 52: '母亲', 53: '公公', 54: '婆婆', 55: '岳父', 56: '岳母',
      57: '继父或养父', 58: '继母或养母', 59: '其他父母关系', 61: '祖父', 62: '祖母', 63: '外祖父', 64: '外祖母', 66: '曾祖父', 67: '曾祖母',
      71: '兄', 72: '嫂', 73: '弟', 74: '弟媳', 75: '姐姐', 76: '姐夫', 77: '妹妹', 78: '妹夫', 80: '其他', 81: '伯父', 82: '伯母', 83: '叔父',
      84: '婶母', 85: '舅父', 86: '舅母', 87: '姨父', 88: '姨母', 89: '姑父', 90: '姑母', 93: '侄子', 94: '侄女', 95: '外甥', 96: '外甥女',
    },
    also: { 本人: '01', '户主(本人)': '01', 之儿媳: '38', 之女婿: '28', 之孙子: '41', 之孙女: '42', 之外孙子: '43', 之外孙女: '44', 之父: '51', 之母: '52', 之公公: '53', 之婆婆: '54', 之岳父: '55', 之岳母: '56', 之祖父: '61', 之祖母: '62', 之兄弟姐妹: '80', 本人之兄弟姐妹: '80' },
  },
  nation: { zh: '民族', en: 'Nation', entries: { ...numbered(NATIONS), 97: '其他', 98: '外国血统中国籍' } },
  education: {
    zh: '文化程度',
    en: 'Education',
    entries: { 1: '文盲或半文盲', 2: '小学', 3: '初中', 4: '高中', 5: '大专', 6: '本科及以上', 9: '学龄前儿童' },
    also: { 大专及以上: '5', 文盲半文盲: '1', '文盲/半文盲': '1', 学龄前: '9' },
  },
  school: {
    zh: '在校生状况',
    en: 'School status',
    entries: {
      '01': '非在校生', '02': '学前教育', '03': '小学', '04': '七年级', '05': '八年级', '06': '九年级', '07': '高中一年级', '08': '高中二年级',
      '09': '高中三年级', 10: '中职一年级', 11: '中职二年级', 12: '中职三年级', 13: '高职(专)一年级', 14: '高职(专)二年级',
      15: '高职(专)三年级', 16: '大专及以上',
    },
    also: { 学龄前儿童: '02', 普通高中一年级: '07', 普通高中二年级: '08', 普通高中三年级: '09', 本科: '16', 大专: '16' },
  },
  health: {
    zh: '健康状况',
    en: 'Health',
    entries: { 1: '健康', 2: '长期慢性病', 3: '患有大病', 4: '残疾' },
    also: { 健康或良好: '1', 大病: '3', 慢性病: '2' },
  },
  labour: {
    zh: '劳动技能',
    en: 'Labour skill',
    entries: { 1: '普通劳动力', 2: '技能劳动力', 3: '弱劳动力或半劳动力', 4: '丧失劳动力', 5: '无劳动力' },
    also: { 弱劳动力: '3', 半劳动力: '3' },
  },
  joined: {
    zh: '自然增加',
    en: 'Reason of increase',
    entries: { 1: '出生', 2: '婚入', 3: '收养', 4: '户籍迁入', 5: '退役', 6: '刑满释放', 7: '失联返回', 8: '整户识别补录', 99: '其他' },
  },
  left: {
    zh: '自然减少',
    en: 'Reason of decrease',
    entries: { 1: '死亡', 2: '婚出', 3: '户籍迁出', 4: '参军', 5: '判刑收监', 6: '失联', 7: '分户', 8: '出国定居', 9: '空挂剔除', 99: '其他' },
  },
  measure: {
    zh: '帮扶措施',
    en: 'Measure category',
    entries: {
      '01': '产业帮扶', '02': '就业帮扶', '03': '金融帮扶', '04': '公益岗位帮扶', '05': '健康帮扶', '06': '义务教育保障', '07': '其他教育帮扶',
      '08': '综合保障', '09': '住房安全保障', 10: '饮水安全保障', 11: '社会帮扶', 12: '搬迁', 13: '生产生活条件改善', 14: '基础设施建设',
    },
  },
  exclusion: {
    zh: '剔除情形',
    en: 'Exclusion',
    entries: {
      X1: '国家公职人员', X2: '村三委干部', X3: '购置机动车', X4: '自建或购买城镇住房', X5: '注册公司并经营', X6: '种养大户或雇工',
      X7: '为享受政策拆户并户', X8: '空挂户', X9: '人员已死亡',
    },
  },
  household: {
    zh: '户类型',
    en: 'Household type in the register',
    entries: { poor: '未脱贫', exited: '脱贫户', 'pre-exit': '预脱贫', relapsed: '返贫', monitored: '监测对象', ordinary: '一般农户' },
    also: { 脱贫: 'exited', 已脱贫: 'exited', 一般贫困户: 'poor', 低保贫困户: 'poor', 五保贫困户: 'poor', 特困供养贫困户: 'poor', 贫困户: 'poor', 一般脱贫户: 'exited', 低保脱贫户: 'exited', 特困供养脱贫户: 'exited', 突发严重困难户: 'monitored', 边缘易致贫户: 'monitored' },
  },
  monitoring: {
    zh: '监测对象类型',
    en: 'Monitored category',
    entries: { M1: '脱贫不稳定户', M2: '边缘易致贫户', M3: '突发严重困难户' },
  },
  paper: {
    zh: '材料类别',
    en: 'Paper kind',
    entries: {
      application: '贫困户申请书', identity: '身份证、户口簿复印件', survey: '入户调查表', income: '收入测算表', minutes: '会议记录',
      ballots: '签到表、选票、票决统计', photo: '照片', opinion: '核实、审核意见', notice: '公示、公告文本', result: '公示结果报告', approval: '批复',
      crosscheck: '数据比对报告', receipt: '签收单', consent: '脱贫验收表(户签字)', check: '乡镇逐户核实表', exit: '脱贫退出告知书', plan: '帮扶计划',
      visit: '走访记录', certificate: '证明', correction: '更正依据', authorisation: '核查授权书', register: '建档立卡数据导出', other: '其他材料',
    },
  },
} as const satisfies Record<string, CodeList>; // prettier-ignore

export type ListName = keyof typeof CODE_LISTS;

/** Kinds of papers that speak of many households at once: what one household's file shows never includes them. */
const COLLECTIVE: ReadonlySet<string> = new Set<keyof (typeof CODE_LISTS)['paper']['entries']>([
  'minutes',
  'ballots',
  'notice',
  'result',
  'crosscheck',
  'register',
]);

export const isCollective = (kindOfPaper: string): boolean => COLLECTIVE.has(kindOfPaper);

/** Codes of a list. */
export const codesOf = (list: ListName): readonly string[] => Object.keys(CODE_LISTS[list].entries);

/** Label of a code; the code itself where the list has none. */
export const labelOf = (list: ListName, code: string): string =>
  (CODE_LISTS[list].entries as Record<string, string>)[code] ?? code;

/** Code of a label, older labels included; `undefined` when no list knows it. */
export const codeOf = (list: ListName, label: string): string | undefined => {
  const { entries, also = {} }: CodeList = CODE_LISTS[list];
  const wanted = label.trim();
  const found = Object.entries(entries).find(([, known]) => known === wanted || known === `${wanted}族`);
  return found?.[0] ?? also[wanted];
};
