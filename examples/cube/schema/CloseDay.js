// The calendar, of the days on which deals close.
cube(`CloseDay`, {
  sql: `SELECT * FROM reports.date_dimension`,
  refreshKey: { sql: `SELECT MAX(refreshed_at) FROM reports.date_dimension` },
  title: `Calendar`,

  dimensions: {
    day: { sql: `day`, type: `time`, primaryKey: true, shown: true },
    year: { sql: `year`, type: `number` },
    quarter: { sql: `quarter`, type: `string` },
    month: { sql: `month`, type: `time` },
    monthName: { sql: `month_name`, type: `string` },
    isoWeek: { sql: `iso_week`, type: `string` },
    weekday: { sql: `weekday`, type: `number` },
    weekdayName: { sql: `weekday_name`, type: `string` },
    fiscalYear: { sql: `fiscal_year`, type: `number` },
    fiscalQuarter: { sql: `fiscal_quarter`, type: `string` },
    fiscalQuarterStart: { sql: `fiscal_quarter_start`, type: `time` },
    fiscalQuarterEnd: { sql: `fiscal_quarter_end`, type: `time` },
    isWeekday: { sql: `is_weekday`, type: `boolean` },
    daysLeftInQuarter: { sql: `days_left_in_quarter`, type: `number` },
    isPast: { sql: `is_past`, type: `boolean` },
  },
});
