// From the open pipeline of a week ago to that of today, by team.  The bars of a period and a team add up: start + movements = end;
// a sum over all bars would count start and end, too.
cube(`Movement`, {
  sql: `SELECT * FROM reports.movement WHERE NOT is_total`,
  refreshKey: { sql: `SELECT MAX(refreshed_at) FROM reports.movement` },
  title: `Movement of the last week`,

  measures: {
    deals: { sql: `CASE WHEN COUNT(DISTINCT ${CUBE}.bar) = 1 THEN SUM(${CUBE}.deals) END`, type: `number` },
    amount: {
      sql: `CASE WHEN COUNT(DISTINCT ${CUBE}.bar) = 1 THEN SUM(${CUBE}.amount) END`,
      type: `number`,
      description: `Of one bar. What left the pipeline is negative.`,
    },
    netMovement: {
      sql: `amount`,
      type: `sum`,
      filters: [{ sql: `${CUBE}.movement NOT IN ('start', 'end')` }],
      description: `What all movements add to the open pipeline: end - start. A deal that went from one team to another cancels in it.`,
    },
  },

  dimensions: {
    id: { sql: `${CUBE}.period || ' ' || ${CUBE}.team || ' ' || ${CUBE}.bar`, type: `string`, primaryKey: true },
    period: { sql: `period`, type: `string` },
    periodStart: { sql: `period_start`, type: `time` },
    team: { sql: `team`, type: `string` },
    bar: { sql: `bar`, type: `number`, title: `Order of the bars` },
    movement: { sql: `movement`, type: `string` },
    asOf: { sql: `as_of`, type: `time` },
  },
});

// The same of all teams together, with the levels between which the bars of a waterfall hang.  By period and bar.
cube(`Waterfall`, {
  sql: `SELECT * FROM reports.movement WHERE is_total`,
  refreshKey: { sql: `SELECT MAX(refreshed_at) FROM reports.movement` },
  title: `Waterfall of all teams`,

  measures: {
    deals: { sql: `CASE WHEN COUNT(*) = 1 THEN MAX(${CUBE}.deals) END`, type: `number` },
    amount: { sql: `CASE WHEN COUNT(*) = 1 THEN MAX(${CUBE}.amount) END`, type: `number` },
    levelFrom: { sql: `CASE WHEN COUNT(*) = 1 THEN MAX(${CUBE}.level_from) END`, type: `number` },
    levelTo: { sql: `CASE WHEN COUNT(*) = 1 THEN MAX(${CUBE}.level_to) END`, type: `number` },
  },

  dimensions: {
    id: { sql: `${CUBE}.period || ' ' || ${CUBE}.bar`, type: `string`, primaryKey: true },
    period: { sql: `period`, type: `string` },
    bar: { sql: `bar`, type: `number`, title: `Order of the bars` },
    movement: { sql: `movement`, type: `string` },
  },
});
