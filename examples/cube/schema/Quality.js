// What is wrong with open deals: a row for each deal and issue.
cube(`HygieneExceptions`, {
  sql: `SELECT * FROM reports.hygiene_exceptions`,
  refreshKey: { sql: `SELECT MAX(refreshed_at) FROM reports.hygiene_exceptions` },
  title: `Hygiene exceptions`,

  measures: {
    count: { type: `count`, title: `Exceptions`, drillMembers: [opportunityId, name, owner, issue, severity] },
    deals: { sql: `opportunity_id`, type: `countDistinct`, title: `Deals with an exception` },
  },

  dimensions: {
    id: { sql: `${CUBE}.opportunity_id || ' ' || ${CUBE}.issue`, type: `string`, primaryKey: true },
    opportunityId: { sql: `opportunity_id`, type: `string` },
    name: { sql: `name`, type: `string` },
    ownerId: { sql: `owner_id`, type: `string` },
    owner: { sql: `owner`, type: `string` },
    team: { sql: `team`, type: `string` },
    stage: { sql: `stage`, type: `string` },
    amount: { sql: `amount`, type: `number` },
    issue: { sql: `issue`, type: `string` },
    severity: { sql: `severity`, type: `string` },
    seesToIt: { sql: `sees_to_it`, type: `string` },
  },
});

// Records that are there twice: a row for each record of a group.
cube(`Duplicates`, {
  sql: `SELECT * FROM reports.duplicates`,
  refreshKey: { sql: `SELECT MAX(refreshed_at) FROM reports.duplicates` },
  title: `Duplicates`,

  measures: {
    records: { type: `count` },
    groups: { sql: `${CUBE}.kind || ' ' || ${CUBE}.cluster`, type: `countDistinct` },
    surplusRecords: { type: `count`, filters: [{ sql: `NOT ${CUBE}.is_first` }] },
  },

  dimensions: {
    id: { sql: `${CUBE}.kind || ' ' || ${CUBE}.record`, type: `string`, primaryKey: true },
    kind: { sql: `kind`, type: `string` },
    cluster: { sql: `cluster`, type: `string` },
    record: { sql: `record`, type: `string` },
    name: { sql: `name`, type: `string` },
    isFirst: { sql: `is_first`, type: `boolean` },
    recordsInGroup: { sql: `records_in_group`, type: `number` },
    probability: { sql: `probability`, type: `number`, format: `percent` },
    why: { sql: `why`, type: `string` },
  },
});
