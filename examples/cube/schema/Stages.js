// Open deals by stage and team, and how long they stay (the teams' rows alone, see Forecast.js).
cube(`StageAging`, {
  sql: `SELECT * FROM reports.stage_aging WHERE NOT is_total`,
  refreshKey: { sql: `SELECT MAX(refreshed_at) FROM reports.stage_aging` },
  title: `Stage aging`,

  measures: {
    openDeals: { sql: `open_deals`, type: `sum` },
    openAmount: { sql: `open_amount`, type: `sum` },
    agedDeals: { sql: `aged_deals`, type: `sum` },
    agedAmount: { sql: `aged_amount`, type: `sum` },
    stalledDeals: { sql: `stalled_deals`, type: `sum` },
    ageUnknownDeals: { sql: `age_unknown_deals`, type: `sum` },
    agedShare: {
      sql: `SUM(${CUBE}.aged_deals)::float8 / NULLIF(SUM(${CUBE}.open_deals), 0)`,
      type: `number`,
      format: `percent`,
    },
    // The norm of a stage is the same in the rows of all teams; of several stages there is none.
    halfLeaveWithin: {
      sql: `CASE WHEN COUNT(DISTINCT ${CUBE}.stage) = 1 THEN MAX(${CUBE}.half_leave_within) END`,
      type: `number`,
    },
    nineInTenLeaveWithin: {
      sql: `CASE WHEN COUNT(DISTINCT ${CUBE}.stage) = 1 THEN MAX(${CUBE}.nine_in_ten_leave_within) END`,
      type: `number`,
    },
    lostIn30Days: {
      sql: `CASE WHEN COUNT(DISTINCT ${CUBE}.stage) = 1 THEN MAX(${CUBE}.lost_in_30_days) END`,
      type: `number`,
      format: `percent`,
    },
  },

  dimensions: {
    id: { sql: `${CUBE}.stage || ' ' || ${CUBE}.team`, type: `string`, primaryKey: true },
    stage: { sql: `stage`, type: `string` },
    stagePosition: { sql: `stage_position`, type: `number` },
    team: { sql: `team`, type: `string` },
    maxDays: { sql: `max_days`, type: `number` },
    medianDays: { sql: `median_days`, type: `number` },
  },
});

// How far the deals of a cohort got.  Cohorts overlap ("Last four quarters" and its quarters): a query of several has no number.
cube(`Funnel`, {
  sql: `SELECT * FROM reports.funnel WHERE NOT is_total`,
  refreshKey: { sql: `SELECT MAX(refreshed_at) FROM reports.funnel` },
  title: `Funnel`,

  measures: {
    reached: { sql: `CASE WHEN COUNT(DISTINCT (${CUBE}.cohort, ${CUBE}.stage)) = 1 THEN SUM(${CUBE}.reached) END`, type: `number` },
    advanced: { sql: `CASE WHEN COUNT(DISTINCT (${CUBE}.cohort, ${CUBE}.stage)) = 1 THEN SUM(${CUBE}.advanced) END`, type: `number` },
    lost: { sql: `CASE WHEN COUNT(DISTINCT (${CUBE}.cohort, ${CUBE}.stage)) = 1 THEN SUM(${CUBE}.lost) END`, type: `number` },
    stillOpen: { sql: `CASE WHEN COUNT(DISTINCT (${CUBE}.cohort, ${CUBE}.stage)) = 1 THEN SUM(${CUBE}.still_open) END`, type: `number` },
  },

  dimensions: {
    id: { sql: `${CUBE}.cohort || ' ' || ${CUBE}.team || ' ' || ${CUBE}.stage`, type: `string`, primaryKey: true },
    cohort: { sql: `cohort`, type: `string` },
    cohortStart: { sql: `cohort_start`, type: `time` },
    team: { sql: `team`, type: `string` },
    stage: { sql: `stage`, type: `string` },
    stagePosition: { sql: `stage_position`, type: `number` },
    outcome: { sql: `outcome`, type: `string` },
    conversionFromFirst: { sql: `conversion_from_first`, type: `number`, format: `percent` },
    conversionToNext: { sql: `conversion_to_next`, type: `number`, format: `percent` },
    conversionOfDecided: { sql: `conversion_of_decided`, type: `number`, format: `percent` },
    winRate: { sql: `win_rate`, type: `number`, format: `percent` },
  },
});
