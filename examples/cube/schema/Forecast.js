// The forecast by period and team.  The view has a row for each team and one for all of them: only the teams' are read, so
// that a sum counts nothing twice.  What cannot be added up (the outlook, the chances) is in the cube Outlook.
cube(`Forecast`, {
  sql: `SELECT * FROM reports.forecast_summary WHERE NOT is_total`,
  refreshKey: { sql: `SELECT MAX(refreshed_at) FROM reports.forecast_summary` },
  title: `Forecast`,
  description: `Pipeline by forecast category against quota, by the period of the close date.`,

  measures: {
    quota: { sql: `quota`, type: `sum` },
    closed: { sql: `closed`, type: `sum` },
    commit: { sql: `commit`, type: `sum` },
    mostLikely: { sql: `most_likely`, type: `sum` },
    bestCase: { sql: `best_case`, type: `sum` },
    pipeline: { sql: `pipeline`, type: `sum` },
    commitForecast: { sql: `commit_forecast`, type: `sum`, description: `Commit + closed.` },
    bestCaseForecast: { sql: `best_case_forecast`, type: `sum`, description: `Best case + most likely + commit + closed.` },
    openPipeline: { sql: `open_pipeline`, type: `sum`, description: `Pipeline + best case + most likely + commit.` },
    noCategoryDeals: { sql: `no_category_deals`, type: `sum` },
    noCategoryAmount: { sql: `no_category_amount`, type: `sum` },
    // A quotient of sums, never a sum or mean of quotients; NULL where there is no quota.
    attainment: {
      sql: `salesops.attainment(SUM(${CUBE}.closed)::float8, SUM(${CUBE}.quota)::float8)`,
      type: `number`,
      format: `percent`,
    },
    commitOfQuota: {
      sql: `salesops.attainment(SUM(${CUBE}.commit_forecast)::float8, SUM(${CUBE}.quota)::float8)`,
      type: `number`,
      format: `percent`,
      title: `Commit forecast / quota`,
    },
  },

  dimensions: {
    id: { sql: `${CUBE}.period || ' ' || ${CUBE}.team`, type: `string`, primaryKey: true },
    period: { sql: `period`, type: `string` },
    periodStart: { sql: `period_start`, type: `time` },
    periodEnd: { sql: `period_end`, type: `time` },
    team: { sql: `team`, type: `string` },
    asOf: { sql: `as_of`, type: `time` },
    refreshedAt: { sql: `refreshed_at`, type: `time` },
  },
});

// What the deals of today will bring.  These are quantiles and probabilities of a period and a team (one of which is
// All teams): they have no sum.  Every measure is NULL unless the query picks single rows, by period and team.
const single = (column) => `CASE WHEN COUNT(*) = 1 THEN MAX(${column}) END`;

cube(`Outlook`, {
  sql: `SELECT * FROM reports.forecast_summary`,
  refreshKey: { sql: `SELECT MAX(refreshed_at) FROM reports.forecast_summary` },
  title: `Outlook`,
  description: `What the deals that are there today will bring, and the chance of the quota. By period and team.`,

  measures: {
    quota: { sql: single(`quota`), type: `number` },
    low: { sql: single(`outlook_low`), type: `number`, description: `In one case of ten it is less.` },
    middle: { sql: single(`outlook_middle`), type: `number` },
    high: { sql: single(`outlook_high`), type: `number`, description: `In one case of ten it is more.` },
    chanceOfQuota: { sql: single(`chance_of_quota`), type: `number`, format: `percent` },
    chanceIfIndependent: { sql: single(`chance_if_independent`), type: `number`, format: `percent` },
    chanceByCrm: { sql: single(`chance_by_crm`), type: `number`, format: `percent` },
  },

  dimensions: {
    id: { sql: `${CUBE}.period || ' ' || ${CUBE}.team`, type: `string`, primaryKey: true },
    period: { sql: `period`, type: `string` },
    periodStart: { sql: `period_start`, type: `time` },
    team: { sql: `team`, type: `string` },
    isTotal: { sql: `is_total`, type: `boolean` },
  },
});
