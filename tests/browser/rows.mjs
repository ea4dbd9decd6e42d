// The day's work of each part of the year, as data: who does it, from the blank form to the closed case,
// and by how much which figure of the half-year moves. `stage` lists what follows the opening.
// A value like `$n` in a text is replaced by something that no other walk has used.
const day = '2024-06-20';

export const rows = [
  {
    row: 'S1', user: 'zhangce.project', register: 'agent_case', account: 'agent_case.finished', by: 1,
    open: { project: '平顶山市公共实训基地', matter: '规划核实', organ: '样例·审批部门$n', entrusted_on: day },
    api: { matter: '竣工验收' },
    moves: [['accept', { accepted_on: '2024-06-21' }, '2024-06-21'], ['finish', { finished_on: '2024-06-27' }, '2024-06-27']],
  },
  {
    row: 'S2', user: 'zhangce.project', register: 'coordination', account: 'coordination.solved', by: 1,
    open: { number: '样例-XT-$n', project: '平顶山市公共实训基地', factor: '用电', matter: '样例·临时用电增容', raised_on: day },
    moves: [
      ['answer', { answer: '样例·三日内到场勘查', answered_on: '2024-06-24' }, '2024-06-24'],
      ['solve', { solved_on: '2024-06-27' }, '2024-06-27'],
    ],
  },
  {
    row: 'S3', user: 'zhangce.project', register: 'project', account: 'project.started_count', by: 1,
    open: { name: '样例·走查项目$n', town: '410402100', level: '一般项目', kind: '数字经济', investment: '2亿元', listed_on: day },
    api: { investment: '200000000' },
    moves: [
      ['sign', { signed_on: '2024-06' }, '2024-06-21'],
      ['start', { started_on: '2024-06-26' }, '2024-06-26'],
    ],
  },
  {
    row: 'S4', user: 'zhangce.project', register: 'workshop', account: 'workshop.topped', by: 1,
    open: { name: '样例·走查厂房$n', park: '样例·高新技术产业园', phase: '二期', town: '410402100', floor_area: '8000', offered: '6000', started_on: day },
    edit: [{ topped_on: '2024-06-27' }, '2024-06-27'],
  },
  {
    row: 'S5', user: 'zhangce.innovation', register: 'qualification', account: 'enterprise.tech_sme', by: 1,
    open: { number: '样例20240$n', enterprise: '$firm', kind: '科技型中小企业', awarded_on: day, until: '2025-03-31' },
  },
  {
    row: 'S6', user: 'zhangce.innovation', register: 'licence_case', account: 'licence.granted', by: 1,
    open: { number: '样例-ZH-$n', firm: '样例·走查影视公司', kind: '备案号', town: '410402100', applied_on: day },
    moves: [
      ['accept', { accepted_on: '2024-06-21' }, '2024-06-21'],
      ['grant', { granted_on: '2024-06-26' }, '2024-06-26'],
    ],
  },
  {
    row: 'S7', user: 'zhangce.rural', register: 'courtyard', account: 'courtyard.restored', by: 1,
    open: { number: '样例-YL-$n', name: '样例·走查院', town: '410402100', plan: '原貌修缮', use: '书屋', surveyed_on: day },
    moves: [
      ['start', { started_on: '2024-06-21' }, '2024-06-21'],
      ['accept', { accepted_on: '2024-06-28' }, '2024-06-28'],
    ],
  },
  {
    row: 'S8', user: 'ducha', register: 'award', account: 'prize.received', by: 500000,
    open: { number: '样例-JL-$n', event: '样例·观摩评比', unit: '410402', kind: '观摩评比', giver: '市', announced_on: day, announced: '50万元' },
    api: { announced: '500000' },
    moves: [['receive', { received_on: '2024-06-27', received: '50万元' }, '2024-06-27', { received: '500000' }]],
  },
  {
    row: 'S9', user: 'zhangce.livelihood', register: 'meal_site', account: 'meal_site.operating', by: 1,
    open: { number: '样例-ZC-$n', name: '样例·走查助餐点', town: '410402100', kind: '老年餐桌', filed_on: day, seats: '20' },
    moves: [['open', { opened_on: '2024-06-26' }, '2024-06-26']],
  },
  {
    row: 'S10', user: 'zhangce.project', register: 'city_work', account: 'city_work.accepted', by: 1,
    open: { name: '样例·走查道路工程$n', package: '十六三', kind: '道路改造', town: '410402100', approved_on: day },
    moves: [
      ['start', { started_on: '2024-06-21' }, '2024-06-21'],
      ['accept', { accepted_on: '2024-06-28' }, '2024-06-28'],
    ],
  },
  {
    row: 'S11', user: 'zhangce.city', register: 'estate', account: 'estate.resolved', by: 1,
    open: { name: '样例·走查楼盘$n', town: '410402100', kind: '办证难', listed_on: day, flats: '100' },
    moves: [
      ['plan', { plan: '样例·一案一策' }, '2024-06-21'],
      ['deliver', {}, '2024-06-25'],
      ['resolve', { resolved_on: '2024-06-28' }, '2024-06-28'],
    ],
  },
  {
    row: 'S12', user: 'zhangce.city', register: 'road_ticket', account: 'road_ticket.handled', by: 1,
    open: { number: '样例-LD-$n', town: '410402100', kind: '占道经营', matter: '样例·占道', source: '路队巡查', found_on: day },
    moves: [
      ['handle', { handled_on: '2024-06-21' }, '2024-06-21'],
      ['close', { checked_on: '2024-06-24' }, '2024-06-24'],
    ],
  },
  {
    row: 'S13', user: 'zhangce.party', register: 'household_request', account: 'household_request.answered', by: 1,
    open: { number: '样例-SQ-$n', town: '410402100', kind: '环境卫生', matter: '样例·清运垃圾', collected_on: day },
    moves: [
      ['assign', { unit: '410402100' }, '2024-06-21'],
      ['answer', { answered_on: '2024-06-27', result: '样例·已清运' }, '2024-06-27'],
    ],
  },
  {
    row: 'S14', user: 'ducha', register: 'task', account: 'task.done', by: 1,
    open: { number: '样例-RW-$n', name: '样例·走查任务', source: '专班会议', unit: '410402100', assigned_on: day, deadline: '2024-07' },
    moves: [
      ['accept', {}, '2024-06-21'],
      ['submit', {}, '2024-06-26'],
      ['close', { done_on: '2024-06-26' }, '2024-06-28'],
    ],
  },
  {
    row: 'S15', user: 'ducha', register: 'goal', account: 'goal.count', by: 1,
    open: { code: '样例-MB-$n', name: '样例·走查目标', body: '三个融合', kind: '任务', unit: '410402', set_on: day },
  },
  {
    row: 'S17', user: 'zhangce.safety', register: 'hazard', account: 'hazard.closed', by: 1,
    open: { number: '样例-YH-$n', matter: '样例·消防通道堵塞', town: '410402100', field: '消防', grade: '一般', source: '检查', found_on: day },
    moves: [
      ['assign', { measures: '样例·清理通道' }, '2024-06-21'],
      ['report', {}, '2024-06-25'],
      ['close', { closed_on: '2024-06-27' }, '2024-06-27'],
    ],
  },
  {
    row: 'S18', user: 'tongji', register: 'indicator', account: 'indicator.gdp_half', by: 12000000000,
    open: {
      name: '地区生产总值', area: '410402', period: '样例·2024年1-6月$n', period_end: '2024-06-30', span: '累计',
      basis: '统计', money: '120亿元', released_on: '2024-06-28', organ: '样例·区统计局',
    },
    api: { money: '12000000000' },
    moves: [['check', {}, '2024-06-28']],
  },
  {
    row: 'S19', user: 'zhangce.investment', register: 'firm_request', account: 'firm_request.solved', by: 1,
    open: { number: '样例-QY-$n', firm: '样例·走查企业', town: '410402100', kind: '用工', matter: '样例·招工', raised_on: day },
    moves: [
      ['plan', { plan: '样例·专场招聘', planned_on: '2024-06-24' }, '2024-06-24'],
      ['solve', { solved_on: '2024-06-27' }, '2024-06-27'],
      ['call', { called_on: '2024-06-28', satisfied: '满意' }, '2024-06-28'],
    ],
  },
  {
    row: 'S20', user: 'zhangce.project', register: 'area_member', account: 'area.members', by: 1,
    open: { area: '白龟湖科创新城产教融合片区', name: '样例·走查成员$n', kind: '公共服务', joined_on: day, landed_on: '2024-06-27' },
  },
];
