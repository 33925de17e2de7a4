/** Words of what an exit is refused for. */
export const EXIT_REFUSALS = {
  'household/consent-missing': {
    zh: ['该户尚未签字认可退出(目前:{stage})', '请由户内成年成员签字、按指印或委托代理人认可后再公示'],
    en: [
      'The household has not accepted its exit (now: {stage})',
      'An adult member accepts by signature, fingerprint or agent before publicity',
    ],
  },
  'household/consent-refused': {
    zh: ['该户不认可退出', '请退回帮扶,或由争议程序处理'],
    en: ['The household refused its exit', 'Return the case to help, or let the dispute be heard'],
  },
  'household/witnesses-missing': {
    zh: ['按指印须有 {least} 名见证人,目前 {count} 名', '请由两名见证人签字'],
    en: ['A fingerprint needs {least} witnesses, there were {count}', 'Let two witnesses sign'],
  },
  'household/consent-uninformed': {
    zh: ['认可前须出示收入测算表并说明政策', '请当面说明后再由户签字'],
    en: [
      'Before consent the income sheet is shown and the policy explained',
      'Explain both, then let the household sign',
    ],
  },
  'household/consent-by-helper': {
    zh: ['帮扶责任人不得办理该户的退出认可', '请由村级其他人员办理'],
    en: ['The helper cannot record the consent of their own household', 'Let another official of the village do it'],
  },
  'household/income-below-line': {
    zh: ['人均纯收入未达到 {year} 年标准(规则 {rule})', '未达标不得退出;确有例外须附批准材料'],
    en: [
      'Income per head is below the line of {year} (rule {rule})',
      'It cannot exit; an exception needs its approval paper',
    ],
  },
  'household/item-not-met': {
    zh: ['以下项目未达标:{items}', '请落实后重新入户核实'],
    en: ['These items are not met: {items}', 'See to them and survey again'],
  },
  'household/items-incomplete': {
    zh: ['以下项目未填写:{items}', 'E1 至 E7 须逐项填写'],
    en: ['These items are unanswered: {items}', 'Answer E1 to E7'],
  },
  'household/no-line': {
    zh: ['{year} 年没有 {series} 贫困线', '请管理员启用该年参数 povertyLine.{series}.{year}'],
    en: ['There is no {series} line for {year}', 'Enact the parameter povertyLine.{series}.{year}'],
  },
  'household/exit-same-year': {
    zh: ['{year} 年识别的户当年不得退出', '请下一年度列入计划'],
    en: ['Registered in {year}, it cannot exit in the same year', 'Plan its exit for a later year'],
  },
  'household/not-exited': {
    zh: ['该户未脱贫(状态:{status})', '只有已脱贫户可办理'],
    en: ['The household has not exited (status: {status})', 'Only an exited household can be revoked or relapse'],
  },
  'household/vote-lost': {
    zh: ['表决未通过', '未通过的不得继续'],
    en: ['The vote was not passed', 'It cannot go on'],
  },
  'household/exit-unproved': {
    zh: ['老档案户状态为 {status},却未列明退出程序证据缺项', '请在证据缺项中列入 exit-procedure'],
    en: [
      'The household comes as {status}, and no evidence gap says that its exit procedure is not on record',
      'List exit-procedure among the evidence gaps',
    ],
  },
} as const;
