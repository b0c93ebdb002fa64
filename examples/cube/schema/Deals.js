// The open deals: a row each.  Cubes of other grains are beside it; none of them repeats a deal.
cube(`Deals`, {
  sql: `SELECT * FROM reports.pipeline_inspection`,
  refreshKey: { sql: `SELECT MAX(refreshed_at) FROM reports.pipeline_inspection` },
  title: `Open deals`,
  description: `Open deals as of the last refresh, in the corporate currency.`,

  joins: {
    CloseDay: {
      relationship: `belongsTo`,
      sql: `${CUBE}.close_date = ${CloseDay}.day`,
    },
  },

  measures: {
    count: {
      type: `count`,
      title: `Open deals`,
      drillMembers: [id, name, account, owner, stage, amount, closeDate, issues],
    },
    amountSum: {
      sql: `amount`,
      type: `sum`,
      title: `Open amount`,
    },
    missingAmounts: {
      type: `count`,
      filters: [{ sql: `${CUBE}.amount IS NULL` }],
      title: `Deals without an amount`,
    },
    agedCount: {
      type: `count`,
      filters: [{ sql: `${CUBE}.is_aged` }],
      title: `Aged deals`,
    },
    agedAmount: {
      sql: `amount`,
      type: `sum`,
      filters: [{ sql: `${CUBE}.is_aged` }],
      title: `Aged amount`,
    },
    amountChange: {
      sql: `amount_change`,
      type: `sum`,
      title: `Change of the amount in the last week`,
    },
    pushes: {
      sql: `pushes`,
      type: `sum`,
      title: `Pushes`,
    },
    // What weighs an amount by what its stage has brought; a deal without a rate or an amount adds nothing.
    weightedAmount: {
      sql: `${CUBE}.amount * ${CUBE}.stage_win_rate::numeric`,
      type: `sum`,
      title: `Amount weighted by measured win rates`,
    },
    // Aggregates of the extension work as any other SQL: the share of the deals whose category is right, from 0 to 1.
    categoryIntegrity: {
      sql: `salesops.hygiene_compliance(${CUBE}.category_issue)`,
      type: `number`,
      format: `percent`,
      title: `Share of open deals with a right forecast category`,
    },
    hygiene: {
      sql: `salesops.hygiene_compliance(${CUBE}.issues)`,
      type: `number`,
      format: `percent`,
      title: `Share of open deals without an issue`,
    },
    refreshedAt: {
      sql: `refreshed_at`,
      type: `max`,
      title: `Refreshed at`,
    },
  },

  dimensions: {
    id: { sql: `opportunity_id`, type: `string`, primaryKey: true, shown: true, title: `Deal` },
    name: { sql: `name`, type: `string` },
    accountId: { sql: `account_id`, type: `string` },
    account: { sql: `account`, type: `string` },
    ownerId: { sql: `owner_id`, type: `string` },
    owner: { sql: `owner`, type: `string` },
    team: { sql: `team`, type: `string` },
    region: { sql: `region`, type: `string` },
    stage: { sql: `stage`, type: `string` },
    stagePosition: { sql: `stage_position`, type: `number` },
    amount: { sql: `amount`, type: `number` },
    period: { sql: `period`, type: `string`, title: `Period of the close date` },
    closeDate: { sql: `close_date`, type: `time` },
    forecastCategory: { sql: `forecast_category`, type: `string`, title: `Forecast category, as typed` },
    category: { sql: `category`, type: `string`, title: `Forecast category` },
    categoryIssue: { sql: `category_issue`, type: `string` },
    crmProbability: { sql: `crm_probability`, type: `number`, format: `percent`, title: `Probability of the CRM` },
    stageWinRate: { sql: `stage_win_rate`, type: `number`, format: `percent`, title: `Measured win rate` },
    createdOn: { sql: `created_on`, type: `time` },
    ageDays: { sql: `age_days`, type: `number` },
    daysInStage: { sql: `days_in_stage`, type: `number` },
    maxDays: { sql: `max_days`, type: `number` },
    isAged: { sql: `is_aged`, type: `boolean` },
    ageStatus: { sql: `age_status`, type: `string` },
    lastActivityOn: { sql: `last_activity_on`, type: `time` },
    daysSinceActivity: { sql: `days_since_activity`, type: `number` },
    pushCount: { sql: `pushes`, type: `number` },
    nextStep: { sql: `next_step`, type: `string` },
    movement: { sql: `movement`, type: `string`, title: `Movement of the last week` },
    changeOfAmount: { sql: `amount_change`, type: `number` },
    issues: { sql: `issues`, type: `string` },
    issueCount: { sql: `issue_count`, type: `number` },
    asOf: { sql: `as_of`, type: `time` },
  },
});
