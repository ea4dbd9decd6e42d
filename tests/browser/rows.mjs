// The day's work of each part of the year, as data: who does it, from the blank form or a workbook to the closed
// case, and by how much which figure of the half-year moves. A move is [id, fields, day, more]: `more.by` is somebody
// else who makes it, `more.exact` what a program writes instead of what a hand types, `more.paper` that the move needs a
// paper. `ends` is the stage in which the case is closed, `printed` by how much the number in the bulletin moves where it stands in another measure, and
// `sees` another page on which the leader finds the record's `text`; `what` tells walks of one part apart,
// and `undone` that the end of the year no more counts it.
// `$n` in a text is a number that no other walk has used, `$firm` the code of a firm of the sample.
const day = '2024-06-20';

export const rows = [
  {
    row: 'S1', user: 'daiban.jiaodian', register: 'agent_case', account: 'agent_case.finished', by: 1,
    open: { project: '平顶山市公共实训基地', matter: '规划核实', organ: '样例·审批部门$n', entrusted_on: day },
    api: { matter: '竣工验收' },
    moves: [
      ['accept', { accepted_on: '2024-06-21' }, '2024-06-21'],
      ['finish', { finished_on: '2024-06-27' }, '2024-06-27'],
      ['rate', { rating: '满意', rated_on: '2024-06-28' }, '2024-06-28'],
    ],
    ends: 'rated', sees: { path: '/bulletins/month?as_of=2024-06-30', text: '专人跟踪代办' },
  },
  {
    row: 'S2', user: 'daiban.jiaodian', register: 'coordination', account: 'coordination.solved', by: 1,
    open: { number: '样例-XT-$n', project: '平顶山市公共实训基地', factor: '用电', matter: '样例·临时用电增容', raised_on: day },
    moves: [
      ['answer', { answer: '样例·三日内到场勘查', answered_on: '2024-06-24' }, '2024-06-24', { by: 'zhangce.project' }],
      ['solve', { solved_on: '2024-06-27' }, '2024-06-27'],
    ],
    ends: 'solved', sees: { path: '/records/$above', above: 'project', text: '样例·临时用电增容' },
  },
  {
    row: 'S3', user: 'zhangce.project', register: 'project', account: 'project.started_count', by: 1,
    open: { name: '样例·走查项目$n', town: '410402100', level: '一般项目', kind: '数字经济', investment: '2亿元', listed_on: day },
    api: { investment: '200000000' },
    moves: [
      ['sign', { signed_on: '2024-06' }, '2024-06-21'],
      ['start', { started_on: '2024-06-26' }, '2024-06-26'],
      ['try', { trial_on: '2024-07-26' }, '2024-07-26'],
      ['produce', { produced_on: '2024-08-05' }, '2024-08-05'],
      ['reach', {}, '2024-08-26', { paper: true }],
    ],
    ends: 'full', sees: { path: '/registers/project?view=by_level', text: '样例·走查项目' },
  },
  {
    row: 'S4', user: 'zhangce.project', register: 'workshop', account: 'workshop.topped', by: 1,
    open: { name: '样例·走查厂房$n', park: '样例·高新技术产业园', phase: '二期', town: '410402100', floor_area: '8000', offered: '6000', started_on: day },
    edit: [{ topped_on: '2024-06-27' }, '2024-06-27'],
    moves: [['accept', { accepted_on: '2024-06-28' }, '2024-06-28'], ['offer', {}, '2024-06-29'], ['fill', {}, '2024-06-30']],
    ends: 'full', sees: { path: '/records/$own', text: '园区楼栋图' },
  },
  {
    row: 'S5', user: 'zhangce.innovation', register: 'qualification', account: 'enterprise.tech_sme', by: 1,
    open: { number: '样例20240$n', enterprise: '$firm', kind: '科技型中小企业', awarded_on: day, until: '2025-03-31' },
    moves: [['lapse', { until: '2025-03-31' }, '2025-04-01']],
    ends: 'lapsed', sees: { path: '/records/$above', above: 'enterprise', text: '2024-06-20' },
  },
  {
    row: 'S6', user: 'zhangce.innovation', register: 'licence_case', account: 'licence.granted', by: 1,
    open: { number: '样例-ZH-$n', firm: '样例·走查影视公司', kind: '备案号', town: '410402100', applied_on: day },
    moves: [
      ['accept', { accepted_on: '2024-06-21' }, '2024-06-21'],
      ['grant', { granted_on: '2024-06-26' }, '2024-06-26'],
      ['begin', { began_on: '2024-07-08' }, '2024-07-08'],
    ],
    ends: 'working',
  },
  {
    row: 'S7', user: 'zhangce.rural', register: 'courtyard', account: 'courtyard.restored', by: 1,
    open: { number: '样例-YL-$n', name: '样例·走查院', town: '410402100', plan: '原貌修缮', use: '书屋', surveyed_on: day },
    moves: [
      ['start', { started_on: '2024-06-21' }, '2024-06-21'],
      ['accept', { accepted_on: '2024-06-28' }, '2024-06-28'],
      ['operate', {}, '2024-07-10'],
    ],
    ends: 'operating',
  },
  {
    row: 'S8', user: 'ducha', register: 'award', account: 'prize.received', by: 500000,
    open: { number: '样例-JL-$n', event: '样例·观摩评比', unit: '410402', kind: '观摩评比', giver: '市', announced_on: day, announced: '50万元' },
    api: { announced: '500000' },
    moves: [['receive', { received_on: '2024-06-27', received: '50万元' }, '2024-06-27', { exact: { received: '500000' } }]],
    ends: 'received', printed: 50,
  },
  {
    row: 'S9', user: 'zhangce.livelihood', register: 'meal_site', account: 'meal_site.operating', by: 1,
    open: { number: '样例-ZC-$n', name: '样例·走查助餐点', town: '410402100', kind: '老年餐桌', filed_on: day, seats: '20' },
    moves: [
      ['open', { opened_on: '2024-06-26' }, '2024-06-26'],
      ['suspend', { suspended_on: '2024-08-19' }, '2024-08-19'],
      ['close', {}, '2024-08-26'],
    ],
    ends: 'closed', undone: true,
  },
  {
    row: 'S10', user: 'zhangce.project', register: 'city_work', account: 'city_work.accepted', by: 1,
    open: { name: '样例·走查道路工程$n', package: '十六三', kind: '道路改造', town: '410402100', approved_on: day },
    moves: [
      ['start', { started_on: '2024-06-21' }, '2024-06-21'],
      ['accept', { accepted_on: '2024-06-28' }, '2024-06-28'],
    ],
    ends: 'accepted',
  },
  {
    row: 'S11', user: 'zhangce.city', register: 'estate', account: 'estate.resolved', by: 1,
    open: { name: '样例·走查楼盘$n', town: '410402100', kind: '办证难', listed_on: day, flats: '100' },
    moves: [
      ['plan', { plan: '样例·一案一策' }, '2024-06-21'],
      ['deliver', {}, '2024-06-25'],
      ['resolve', { resolved_on: '2024-06-28' }, '2024-06-28'],
      ['look', { looked_on: '2024-12-26' }, '2024-12-26'],
    ],
    ends: 'kept',
  },
  {
    row: 'S12', user: 'zhangce.city', register: 'road_ticket', account: 'road_ticket.handled', by: 1,
    open: { number: '样例-LD-$n', town: '410402100', kind: '占道经营', matter: '样例·占道', source: '路队巡查', found_on: day },
    moves: [
      ['handle', { handled_on: '2024-06-21' }, '2024-06-21'],
      ['close', { checked_on: '2024-06-24' }, '2024-06-24'],
    ],
    ends: 'closed',
  },
  {
    row: 'S13', user: 'zhangce.party', register: 'household_request', account: 'household_request.answered', by: 1,
    open: { number: '样例-SQ-$n', town: '410402100', kind: '环境卫生', matter: '样例·清运垃圾', collected_on: day },
    moves: [
      ['assign', { unit: '410402100' }, '2024-06-21'],
      ['answer', { answered_on: '2024-06-27', result: '样例·已清运' }, '2024-06-27'],
    ],
    ends: 'answered',
  },
  {
    row: 'S14', user: 'ducha', register: 'task', account: 'task.done', by: 1,
    open: { number: '样例-RW-$n', name: '样例·走查任务', source: '专班会议', unit: '410402100', assigned_on: day, deadline: '2024-07' },
    moves: [
      ['accept', {}, '2024-06-21', { by: 'fuze.jiaodian' }],
      ['submit', {}, '2024-06-26', { by: 'fuze.jiaodian' }],
      ['close', { done_on: '2024-06-26' }, '2024-06-28'],
    ],
    ends: 'closed',
  },
  {
    row: 'S15', user: 'ducha', register: 'goal', account: 'goal.count', by: 1,
    open: { code: '样例-MB-$n', name: '样例·走查目标', body: '三个融合', kind: '任务', unit: '410402', set_on: day },
    edit: [{ done_on: '2024-06-28' }, '2024-06-28'], sees: { path: '/goals/tree?as_of=2024-06-30', text: '样例·走查目标' },
  },
  {
    row: 'S16', user: 'zhangce.project', register: 'progress', account: 'project.investment_done', by: 2000000, printed: 200,
    workbook: [
      ['项目', [['项目名称', '所在镇街', '项目级别', '入库日期'], ['样例·一表走查$n', '410402100', '一般项目', '2024-05-10']]],
      ['项目月进度', [['项目名称', '月份', '填报日期', '本月完成投资（万元）'], ['样例·一表走查$n', '2024-06', '2024-06-28', '200']]],
    ],
    into: 'project', open: { project: '平顶山市公共实训基地', month: '2024-0$month', reported_on: '2024-06-28', done: '2000000' },
    moves: [['check', {}, '2024-06-29']],
    ends: 'checked', sees: { path: '/bulletins/dispatch?as_of=2024-06-30', text: '完成投资' },
  },
  {
    row: 'S17', user: 'zhangce.safety', register: 'hazard', account: 'hazard.closed', by: 1,
    open: { number: '样例-YH-$n', matter: '样例·消防通道堵塞', town: '410402100', field: '消防', grade: '一般', source: '检查', found_on: day },
    moves: [
      ['assign', { measures: '样例·清理通道' }, '2024-06-21'],
      ['report', {}, '2024-06-25'],
      ['close', { closed_on: '2024-06-27' }, '2024-06-27'],
    ],
    ends: 'closed',
  },
  {
    row: 'S18', user: 'tongji', register: 'indicator', account: 'indicator.gdp_half', by: 12000000000,
    open: {
      name: '地区生产总值', area: '410402', period: '样例·2024年1-6月$n', period_end: '2024-06-30', span: '累计',
      basis: '统计', money: '120亿元', released_on: '2024-06-28', organ: '样例·区统计局',
    },
    api: { money: '12000000000' },
    moves: [['check', {}, '2024-06-28']],
    ends: 'checked', printed: 120, sees: { path: '/bulletins/dispatch?as_of=2024-06-30', text: '地区生产总值' },
  },
  {
    row: 'S19', user: 'zhangce.investment', register: 'firm_request', account: 'firm_request.solved', by: 1,
    open: { number: '样例-QY-$n', firm: '样例·走查企业', town: '410402100', kind: '用工', matter: '样例·招工', raised_on: day },
    moves: [
      ['plan', { plan: '样例·专场招聘', planned_on: '2024-06-24' }, '2024-06-24'],
      ['solve', { solved_on: '2024-06-27' }, '2024-06-27'],
      ['call', { called_on: '2024-06-28', satisfied: '满意' }, '2024-06-28'],
    ],
    ends: 'closed',
  },
  {
    row: 'S20', user: 'zhangce.project', register: 'area_member', account: 'area.members', by: 1,
    open: { area: '白龟湖科创新城产教融合片区', name: '样例·走查成员$n', kind: '公共服务', joined_on: day, landed_on: '2024-06-27' },
    sees: { path: '/figures/area.own_members?unit=410402&as_of=2024-06-30', text: '白龟湖科创新城产教融合片区' },
  },
];

// What came to the parts later, walked in the same six steps.
const asked = '2024-06-24';
export const more = [
  { row: 'S1', what: 'a visit in the agent’s diary', user: 'daiban.jiaodian', register: 'agent_log', account: 'agent_log.count', by: 1,
    open: { project: '平顶山市公共实训基地', kind: '上门走访', done_on: asked, what: '样例·走查日志$n' } },
  { row: 'S3', what: 'a start by the meaning of statistics', user: 'zhangce.project', register: 'milestone', account: 'milestone.started_by_statistics', by: 1,
    open: { project: '平顶山市公共实训基地', kind: '开工', meaning: '永久性工程动工', occurred_on: '2024-06-20', organ: 'XH-26', basis: '样例·入库资料', asserted_on: asked }, api: { project: '储能及动力电池项目' } },
  { row: 'S4', what: 'a lease on the plan of its building', user: 'zhangce.project', register: 'lease', account: 'lease.tenants', by: 1,
    open: { contract: '样例-ZL9$n', workshop: '样例·1号厂房', tenant: '样例·走查承租$n', from: asked, area: '100' },
    sees: { path: '/records/$above', above: 'workshop', text: '样例·走查承租' } },
  { row: 'S5', what: 'a first certificate of a high-tech firm', user: 'zhangce.innovation', register: 'qualification', account: 'enterprise.hnte_new', by: 1,
    open: { number: '样例GQ$n', enterprise: '$firm', kind: '高新技术企业', grade: '国家级', award: '首次认定', awarded_on: asked, until: '2027-06-23' }, ends: 'valid' },
  { row: 'S5', what: 'a joint laboratory', user: 'zhangce.innovation', register: 'platform', account: 'platform.joint_lab', by: 1,
    open: { name: '样例·走查共建实验室$n', kind: '共建实验室', level: '市级', town: '410402100', partners: '样例·院校', approved_on: asked } },
  { row: 'S6', what: 'a tenant of the digital base', user: 'zhangce.innovation', register: 'tenant', account: 'base.tenants', by: 1,
    open: { name: '样例·走查入驻$n', base: '数字产业创新基地', town: '410402008', role: '入驻企业', business: '微短剧', moved_in_on: asked } },
  { row: 'S6', what: 'the stars of a zone', user: 'zhangce.innovation', register: 'zone_star', account: 'zone.stars', by: 2,
    open: { zone: '样例·走查园区$n', town: '410402100', star: '2', level: '省级', rated_on: asked } },
  { row: 'S7', what: 'an inspection of a relic', user: 'zhangce.rural', register: 'relic_inspection', account: 'relic.inspected', by: 1,
    open: { relic: '样例-WW001', inspected_on: asked, condition: '好', plate: '完好', next_on: '2024-09-24' }, api: { relic: '样例-WW002' },
    sees: { path: '/records/$above', above: 'relic', text: '2024-09-24' } },
  { row: 'S9', what: 'a meal site that is suspended', user: 'zhangce.livelihood', register: 'meal_site', account: 'meal_site.suspended', by: 1,
    open: { number: '样例-ZC8$n', name: '样例·走查停业$n', town: '410402100', filed_on: day },
    moves: [['open', { opened_on: '2024-06-21' }, '2024-06-21'], ['suspend', { suspended_on: asked }, asked]], ends: 'suspended' },
  { row: 'S9', what: 'a loan taken over from before', user: 'zhangce.livelihood', register: 'startup_loan', account: 'startup_loan.disbursed', by: 100000, printed: 10,
    open: { iou: '样例JJ9$n', town: '410402100', borrower_kind: '个人', group: '高校毕业生', approved_on: day, amount: '100000' },
    moves: [['take_over', {}, day], ['disburse', { disbursed_on: asked, due_on: '2027-06-24', rate: '3.45', lpr: '3.45', bank: '样例·甲银行' }, asked]], ends: 'disbursed' },
  { row: 'S10', what: 'a milestone of a works', user: 'zhangce.project', register: 'work_milestone', account: 'work_milestone.reached', by: 1,
    open: { work: '样例·雨污管网04标段', name: '设计', set_on: day, planned_on: '2024-06-28' }, api: { work: '样例·雨污管网09标段' }, moves: [['finish', { done_on: asked }, asked]], ends: 'done' },
  { row: 'S12', what: 'an old community gets its property management', user: 'zhangce.city', register: 'community', account: 'community.covered', by: 1,
    open: { name: '样例·走查楼院$n', town: '410402001', listed_on: day, households: '60', mode: '公益物业', covered_on: asked } },
  { row: 'S14', what: 'a charge of the supervision office', user: 'ducha', register: 'charge', account: 'charge.raised', by: 1,
    open: { number: '样例-LX9$n', source: '常务会议', document: '样例·第12次常务会议', matter: '样例·走查督办', unit: 'XH-07', raised_on: asked },
    moves: [['split', { split_on: '2024-06-25' }, '2024-06-25'], ['conclude', { concluded_on: '2024-08-20', conclusion: '样例·已办结' }, '2024-08-20']], ends: 'concluded' },
  { row: 'S19', what: 'a lead signs its contract', user: 'zhangce.investment', register: 'lead', account: 'lead.contracted', by: 1,
    open: { number: '样例-ZS9$n', name: '样例·走查线索$n', unit: 'XH-19', found_on: day, intended: '1亿元' }, api: { intended: '100000000' },
    moves: [['visit', { visited_on: '2024-06-21' }, '2024-06-21'], ['sign', { contract_on: asked, contract: '1亿元' }, asked, { exact: { contract: '100000000' } }], ['land', { landed_on: '2024-07-08' }, '2024-07-08']], ends: 'landed' },
  { row: 'S19', what: 'money of a policy is paid', user: 'zhangce.investment', register: 'policy_payment', account: 'policy.paid', by: 50000, printed: 5,
    open: { number: '样例-DX9$n', clause: '样例·首次认定奖补', firm: '样例·走查企业', unit: 'XH-12', promised_on: day, promised: '5万元' }, api: { promised: '50000' },
    moves: [['pay', { paid_on: asked, paid: '5万元' }, asked, { exact: { paid: '50000' } }]], ends: 'paid' },
  { row: 'S20', what: 'a parcel of an area is supplied', user: 'zhangce.project', register: 'parcel', account: 'parcel.supplied', by: 10,
    open: { number: '样例-DK9$n', area: '白龟湖科创新城产教融合片区', town: '410402008', land: '10', usage: '科教', listed_on: day, supplied_on: asked } },
];
