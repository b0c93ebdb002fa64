// Deals decided in the year before the report (the teams' rows alone, see Forecast.js).
cube(`WinRates`, {
  sql: `SELECT * FROM reports.win_rates WHERE NOT is_total`,
  refreshKey: { sql: `SELECT MAX(refreshed_at) FROM reports.win_rates` },
  title: `Win rates`,

  measures: {
    wonDeals: { sql: `won_deals`, type: `sum` },
    lostDeals: { sql: `lost_deals`, type: `sum` },
    wonAmount: { sql: `won_amount`, type: `sum` },
    lostAmount: { sql: `lost_amount`, type: `sum` },
    missingAmounts: { sql: `missing_amounts`, type: `sum` },
    winRate: {
      sql: `SUM(${CUBE}.won_deals)::float8 / NULLIF(SUM(${CUBE}.won_deals + ${CUBE}.lost_deals), 0)`,
      type: `number`,
      format: `percent`,
    },
    winRateAmount: {
      sql: `(SUM(${CUBE}.won_amount) / NULLIF(SUM(${CUBE}.won_amount + ${CUBE}.lost_amount), 0))::float8`,
      type: `number`,
      format: `percent`,
    },
  },

  dimensions: {
    team: { sql: `team`, type: `string`, primaryKey: true, shown: true },
    teamWinRate: { sql: `win_rate`, type: `number`, format: `percent`, title: `Win rate of the team` },
    winRateLow: { sql: `win_rate_low`, type: `number`, format: `percent` },
    winRateHigh: { sql: `win_rate_high`, type: `number`, format: `percent` },
    winRateCreated: { sql: `win_rate_created`, type: `number`, format: `percent` },
    avgDealSize: { sql: `avg_deal_size`, type: `number` },
    avgCycleDays: { sql: `avg_cycle_days`, type: `number` },
    medianCycleDays: { sql: `median_cycle_days`, type: `number` },
  },
});
