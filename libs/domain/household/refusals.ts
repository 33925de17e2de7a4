import { defineRejections } from '@kernel/sourcing';
import { EXIT_REFUSALS } from './refusals.exit';

/** Every refusal of a household, with the step that is missing and how to mend it. */
export const refuse = defineRejections({
  ...EXIT_REFUSALS,
  'household/case-open': {
    zh: ['该户已有办理中的识别(目前:{stage})', '请办结或撤回后再申请'],
    en: ['The household has an open case (now: {stage})', 'Finish or withdraw it before another application'],
  },
  'household/registered': {
    zh: ['该户已建档立卡(状态:{status})', '返贫请走返贫程序;更正请走更正程序'],
    en: [
      'The household is registered already (status: {status})',
      'A relapse or a correction has a procedure of its own',
    ],
  },
  'household/not-registered': {
    zh: ['该户未建档立卡', '请先完成识别并登记'],
    en: ['The household is not registered', 'Identify and register it first'],
  },
  'household/step-missing': {
    zh: ['缺少步骤:{missing}(目前:{stage};规则:{rule})', '请先完成 {missing}'],
    en: ['The step {missing} is missing (now: {stage}; rule: {rule})', 'Do {missing} first'],
  },
  'household/not-verified': {
    zh: ['村"两委"和驻村工作队尚未核实(目前:{stage})', '请先登记核实意见'],
    en: ['The committees and the team have not verified (now: {stage})', 'Record the verification first'],
  },
  'household/both-must-sign': {
    zh: ['核实须村"两委"与驻村工作队双方签字', '请补齐签字后再登记'],
    en: ['Committees and stationed team must both sign', 'Record it when both have signed'],
  },
  'household/too-few-surveyors': {
    zh: ['{what}须 {least} 人以上,目前 {count} 人', '请由足够人数入户后再登记'],
    en: ['{what} needs {least} persons, there were {count}', 'Do it with enough persons'],
  },
  'household/team-absent': {
    zh: ['入户核查须有驻村工作队成员参加', '请与工作队一同入户'],
    en: ['One surveyor must be from the stationed team', 'Visit together with the team'],
  },
  'household/not-a-member': {
    zh: ['{person} 不是该户现有成员', '请核对成员;转移中的成员须先接收'],
    en: ['{person} is no present member of the household', 'Check the member; one in transfer must be received first'],
  },
  'household/member-listed': {
    zh: ['{person} 已是该户成员', '同一人只登记一次'],
    en: ['{person} is a member already', 'A person is listed once'],
  },
  'household/one-head': {
    zh: ['一户须有且只有一名户主', '请在成员中指定一名户主(关系 01)'],
    en: ['A household has exactly one head', 'Mark exactly one member as head (relation 01)'],
  },
  'household/head-leaves': {
    zh: ['户主离户须同时指定新户主', '请填写 newHead'],
    en: ['The head leaves: a new head must be named in the same command', 'Fill in newHead'],
  },
  'household/members-remain': {
    zh: ['该户仍有 {count} 名成员', '自然销户须无现有成员;请先登记减少'],
    en: ['{count} members remain', 'A household is cancelled when nobody is left: record their leaving first'],
  },
  'household/four-eyes': {
    zh: ['{step}不得由登记{earlier}的同一人办理', '请由另一名有权限的工作人员办理'],
    en: [
      '{step} cannot be done by the person who recorded {earlier}',
      'Let another official with the permission do it',
    ],
  },
  'household/notice-mismatch': {
    zh: ['公示 {notice} 不是本步骤所需({expected})', '请引用包含本户、种类为 {expected} 且状态为 {status} 的公示'],
    en: [
      'Notice {notice} is not what this step needs ({expected})',
      'Name a notice of kind {expected} that lists this household and is {status}',
    ],
  },
  'household/objection-open': {
    zh: ['有 {count} 件异议尚未处理', '请先处理异议并答复'],
    en: ['{count} objections are open', 'Resolve and answer them first'],
  },
  'household/objection-unknown': {
    zh: ['没有待处理的异议 {objection}', '请核对异议编号'],
    en: ['There is no open objection {objection}', 'Check its id'],
  },
  'household/objection-raised': {
    zh: ['异议 {objection} 已经登记', '同一异议只登记一次;另一异议请用新编号'],
    en: ['Objection {objection} is recorded already', 'An objection is recorded once; another one has another id'],
  },
  'household/objection-early': {
    zh: ['异议日期 {on} 早于张贴日 {posted}', '公示期间提出的才是公示异议;请核对日期'],
    en: [
      'The objection is dated {on}, before the notice was posted on {posted}',
      'Only what is raised while the notice hangs is an objection to it: check the day',
    ],
  },
  'household/suspended': {
    zh: ['该户识别程序已中止', '请先恢复办理'],
    en: ['The case is suspended', 'Resume it first'],
  },
  'household/late-without-reason': {
    zh: ['{on} 距今 {days} 天,超过 {limit} 天的补录须注明原因', '请填写 lateReason'],
    en: ['{on} lies {days} days back; beyond {limit} days a late entry needs a reason', 'Fill in lateReason'],
  },
  'household/in-future': {
    zh: ['发生日期 {on} 晚于今天 {today}', '发生后再登记'],
    en: ['The act is dated {on}, after today {today}', 'Record it when it has happened'],
  },
  'household/too-many-causes': {
    zh: ['其他致贫原因 {count} 个,最多 {most} 个', '请保留主要的'],
    en: ['{count} other causes, at most {most}', 'Keep the main ones'],
  },
  'household/has-principal': {
    zh: ['该户已有第一帮扶责任人', '请先解除原结对'],
    en: ['The household has a principal helper', 'Release the present one first'],
  },
  'household/not-its-helper': {
    zh: ['{helper} 未与该户结对', '请核对帮扶责任人'],
    en: ['{helper} does not help this household', 'Check the helper'],
  },
  'household/unsigned': {
    zh: ['缺少签字:{who}', '请补齐签字'],
    en: ['Signatures are missing: {who}', 'Let them sign'],
  },
  'household/measure-state': {
    zh: ['措施 {measure} 状态为 {state}', '只有已开始的措施可以完成或取消;编号不可重复'],
    en: ['Measure {measure} is {state}', 'Only a started measure is completed or cancelled; ids are not reused'],
  },
  'household/assistance-state': {
    zh: ['帮扶目前{state}', '请核对帮扶状态'],
    en: ['Assistance is {state}', 'Check the state of assistance'],
  },
  'household/event-unknown': {
    zh: ['本户没有类型为 {type} 的事件 {event}', '请从户情全程中选取要更正的事件'],
    en: ['This household has no event {event} of type {type}', 'Take the event to correct from the history'],
  },
  'household/not-correctable': {
    zh: [
      '{type} 的 {field} 不能以更正改变',
      '状态、所在村、户主、成员及所引用的编号各有程序:请走迁移、变更户主、成员增减、退回或撤销',
    ],
    en: [
      '{field} of {type} is not changed by a correction',
      'Status, place, head, members and references have procedures of their own: relocate, change the head, ' +
        'add or remove members, return or revoke',
    ],
  },
  'household/import-only': {
    zh: [
      '老档案户只能随进行中的名册导入登记',
      '请由县级导入全国系统导出的名册(import register);新识别的户请走识别程序',
    ],
    en: [
      'A household of the old register comes only with an import that is going on',
      'Let the county import the register file (import register); a new household is identified step by step',
    ],
  },
  'household/request-unknown': {
    zh: ['没有待处理的更正申请 {request}', '请核对申请编号'],
    en: ['There is no open correction request {request}', 'Check its id'],
  },
  'household/closed': {
    zh: ['该户已剔除或注销(状态:{status})', '确系误剔除或误注销的,请先恢复建档'],
    en: ['The file is closed (status: {status})', 'If it was closed wrongly, reinstate the household first'],
  },
  'household/not-back': {
    zh: ['退回步骤 {to} 不在目前步骤 {stage} 之前', '退回只能退到已办过的步骤'],
    en: ['{to} does not lie before {stage}', 'A case is sent back to a step that it has passed'],
  },
  'household/no-period': {
    zh: ['收入核算期 {periodFrom} 至 {periodBefore}(不含)没有一天', '请核对核算期起止日期'],
    en: ['The income period {periodFrom} until {periodBefore} has no day', 'Check both dates of the period'],
  },
  'household/nobody-left': {
    zh: ['该户没有现有成员', '请先登记成员增加,或办理自然销户'],
    en: ['Nobody is left in the household', 'Record who has joined it, or cancel the household'],
  },
  'household/no-such-day': {
    zh: ['更正后的日期不存在:{fields}', '请填写日历上有的日期'],
    en: ['The corrected dates are no days of the calendar: {fields}', 'Name a day that exists'],
  },
  'household/facts-too-long': {
    zh: ['登记内容共 {bytes} 字节,一条记录最多 {most} 字节', '请缩短附加列的内容,或将原件作为材料上传'],
    en: [
      'What is to be registered takes {bytes} bytes; one record holds {most}',
      'Shorten the further columns, or upload the original as a paper',
    ],
  },
  'household/not-closed': {
    zh: ['该户未被剔除或注销(状态:{status})', '只有已剔除或注销的户可以恢复建档'],
    en: ['The household was neither removed nor cancelled (status: {status})', 'Only a closed file is opened again'],
  },
  'household/nothing-to-reject': {
    zh: ['该户识别没有被否决(目前:{stage})', '只有被否决的识别需要告知'],
    en: ['The case was not rejected (now: {stage})', 'Only a rejected case is told'],
  },
});
