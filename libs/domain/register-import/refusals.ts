import { defineRejections, type Rejection } from '@kernel/sourcing';

/**
 * Why rows of the file were not taken over: where it stands in the sheet, what stands there, what is wrong and how to
 * mend it.
 */
export interface RowRefusal {
  /** Row of the sheet, 1 = the header. */
  readonly line: number;
  /** Empty for what concerns the household as a whole. */
  readonly column: string;
  readonly value: string;
  readonly why: Rejection;
}

export const refuse = defineRejections({
  'register/cell-missing': { zh: ['没有填写', '请补填'], en: ['It is empty', 'Fill it in'] },
  'register/no-code': {
    zh: ['代码表中没有这一项', '请按代码表中的名称填写'],
    en: ['The code list has no such entry', 'Write a name of the list'],
  },
  'register/yes-or-no': { zh: ['应为 是 或 否', '请改为 是 或 否'], en: ['It is neither 是 nor 否', 'Write 是 or 否'] },
  'register/whole-number': {
    zh: ['应为 0 至 {most} 的整数', '请核对后改正'],
    en: ['It is no whole number from 0 to {most}', 'Check and mend it'],
  },
  'register/yuan': {
    zh: ['应为金额(元,至多两位小数)', '请只填数字'],
    en: ['It is no amount in yuan with at most two decimals', 'Write figures only'],
  },
  'register/no-such-day': {
    zh: ['不是日历上的日期', '请填写存在的日期,如 2014、2014-04、2014-04-01'],
    en: ['The calendar has no such day', 'Write a date that exists, such as 2014, 2014-04 or 2014-04-01'],
  },
  'register/no-such-village': {
    zh: ['区划中没有这个村', '请按区划名称填写乡和行政村'],
    en: ['The areas have no such village', 'Write township and village as the areas name them'],
  },
  'register/count-differs': {
    zh: ['与该户的行数 {rows} 不符', '请核对人数,或补齐该户各行'],
    en: ['The household has {rows} rows', 'Check the number, or complete its rows'],
  },
  'register/one-head': {
    zh: ['户主应为 1 名,现有 {heads} 名', '请只把一名成员的关系填为户主'],
    en: ['There are {heads} heads instead of one', 'Let exactly one member be 户主'],
  },
  'register/ordinary': {
    zh: ['一般农户不属于建档立卡户', '请从文件中删去该户'],
    en: ['An ordinary household is not registered as poor', 'Leave it out of the file'],
  },
  'register/too-many-members': {
    zh: ['该户有 {count} 行,一户最多 {most} 人', '请核对户编号是否把几户合为一户,分开后再导入'],
    en: [
      'The household has {count} rows, and at most {most} members',
      'See whether several households bear one number, and number them apart',
    ],
  },
  'register/too-many': {
    zh: ['有 {count} 项,最多 {most} 项', '请保留主要的'],
    en: ['It has {count} entries, at most {most}', 'Keep the main ones'],
  },
  'register/too-many-columns': {
    zh: ['该户附加列共 {count} 格,最多 {most} 格', '请删去不需要的附加列'],
    en: [
      'The further columns of the household have {count} cells, at most {most}',
      'Leave out the columns that are not needed',
    ],
  },
  'register/too-many-cells': {
    zh: ['该行比表头多 {surplus} 格', '请删去多余的逗号,含逗号的内容请加引号'],
    en: [
      'The row has {surplus} cells more than the header',
      'Take out surplus commas; put a text with a comma in quotes',
    ],
  },
  'register/too-long': {
    zh: ['有 {length} 个字,最多 {most} 个', '请缩短,全文可作为材料上传'],
    en: ['It has {length} characters, at most {most}', 'Shorten it; the full text may be uploaded as a paper'],
  },
  'register/column-too-long': {
    zh: ['列名过长,最多 {most} 个字', '请缩短列名'],
    en: ['The name of the column is too long, at most {most} characters', 'Shorten it'],
  },
  'register/unreadable': {
    zh: ['含有不可见或无法识别的字符 {character}', '请删去该字符后重新填写'],
    en: ['It holds the character {character}, which cannot be seen or read', 'Take it out and write the text again'],
  },
  'register/other-content': {
    zh: ['该户编号已登记,内容不同', '请走更正或信息采集,不再导入'],
    en: ['This number is registered with other content', 'Correct or revise the household instead of importing it'],
  },
  'register/record-damaged': {
    zh: ['该户编号已登记,其记录无法读出', '请管理员核验档案(jiandang verify)'],
    en: ['This number is registered, and its record cannot be read', 'Ask the administrator to verify the records'],
  },
  'register/not-accepted': {
    zh: ['不符合登记要求({what})', '请按填表说明改正'],
    en: ['It does not meet the demands of the register ({what})', 'Mend it as the form says'],
  },
  'register/not-recordable': {
    zh: ['无法记入档案({rule})', '请核对该户各格后再导入'],
    en: ['The records cannot hold it ({rule})', 'Check the cells of the household and import it again'],
  },
});
