// Coverage by period and team, of the teams' rows alone (see Forecast.js).
cube(`Coverage`, {
  sql: `SELECT * FROM reports.coverage WHERE NOT is_total`,
  refreshKey: { sql: `SELECT MAX(refreshed_at) FROM reports.coverage` },
  title: `Coverage`,

  measures: {
    quota: { sql: `quota`, type: `sum` },
    booked: { sql: `booked`, type: `sum` },
    openAmount: { sql: `open_amount`, type: `sum` },
    expected: { sql: `expected`, type: `sum`, description: `Open amount × win rate by amount of each team's last year.` },
    // Of sums, whatever the query groups by; NULL where nothing is left of the quota.
    coverage: {
      sql: `salesops.pipeline_coverage(SUM(${CUBE}.open_amount)::float8, SUM(${CUBE}.quota)::float8, SUM(${CUBE}.booked)::float8)`,
      type: `number`,
      description: `Open amount / (quota - booked).`,
    },
    attainment: {
      sql: `salesops.attainment(SUM(${CUBE}.booked)::float8, SUM(${CUBE}.quota)::float8)`,
      type: `number`,
      format: `percent`,
    },
  },

  dimensions: {
    id: { sql: `${CUBE}.period || ' ' || ${CUBE}.team`, type: `string`, primaryKey: true },
    period: { sql: `period`, type: `string` },
    periodStart: { sql: `period_start`, type: `time` },
    periodEnd: { sql: `period_end`, type: `time` },
    team: { sql: `team`, type: `string` },
    winRateAmount: { sql: `win_rate_amount`, type: `number`, format: `percent` },
    requiredCoverage: { sql: `required_coverage`, type: `number` },
    teamCoverage: { sql: `coverage`, type: `number`, title: `Coverage of the team` },
    status: { sql: `status`, type: `string` },
    asOf: { sql: `as_of`, type: `time` },
    refreshedAt: { sql: `refreshed_at`, type: `time` },
  },
});
