// The scorecard: a row for each metric.  A value has the unit of its metric; values of several have no sum.
cube(`Scorecard`, {
  sql: `SELECT * FROM reports.scorecard`,
  refreshKey: { sql: `SELECT MAX(refreshed_at) FROM reports.scorecard` },
  title: `Scorecard`,

  measures: {
    metrics: { type: `count` },
    met: { type: `count`, filters: [{ sql: `${CUBE}.status = 'met'` }] },
    value: { sql: `CASE WHEN COUNT(*) = 1 THEN MAX(${CUBE}.value) END`, type: `number` },
    target: { sql: `CASE WHEN COUNT(*) = 1 THEN MAX(${CUBE}.target) END`, type: `number` },
  },

  dimensions: {
    position: { sql: `position`, type: `number`, title: `Order of the metrics` },
    metric: { sql: `metric`, type: `string`, primaryKey: true, shown: true },
    definition: { sql: `definition`, type: `string` },
    unit: { sql: `unit`, type: `string` },
    direction: { sql: `direction`, type: `string` },
    status: { sql: `status`, type: `string` },
    trend: { sql: `trend`, type: `string` },
    sparkline: { sql: `sparkline`, type: `string` },
    numerator: { sql: `numerator`, type: `number` },
    denominator: { sql: `denominator`, type: `number` },
    asOf: { sql: `as_of`, type: `time` },
  },
});
